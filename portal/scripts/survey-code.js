// A link in a letter carries the code behind “#”, which no browser sends to a server: it only fills in the field.
(function () {
  "use strict";
  var field = document.getElementById("id_code");
  var code = decodeURIComponent(location.hash.slice(1)).replace(/[^0-9A-Za-z-]/g, "").slice(0, 40);
  if (field && code && code !== "isi") {
    field.value = code;
    history.replaceState(null, "", location.pathname);
  }
})();
