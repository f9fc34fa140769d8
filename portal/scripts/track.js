// Fills in number and secret from a link of one's own, "#2611-7K4MX2-C.ABCD-EFGH-JKMN-P": what stands behind the
// hash never reaches a server. The page works as well without this.
"use strict";
{
  const [number, secret] = decodeURIComponent(location.hash.slice(1)).split(".");
  const fields = [document.getElementById("id_number"), document.getElementById("id_secret")];
  if (number && fields[0] && !fields[0].value) {
    fields[0].value = number.slice(0, 40);
    if (secret) fields[1].value = secret.slice(0, 60);
    // Out of the address, so that the next person at this phone does not find it there.
    history.replaceState(null, "", location.pathname);
  }
}
