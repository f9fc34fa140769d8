// Shortens the list while a name is typed. Without this, Enter asks the server, which also knows codes.
"use strict";
{
  const field = document.getElementById("cari-nama");
  const rows = [...document.querySelectorAll(".door-names > li")].map((row) => [row, row.firstElementChild.textContent.toLowerCase()]);
  const none = document.getElementById("kosong");
  if (field && none && !field.value) {
    field.addEventListener("input", () => {
      const typed = field.value.trim().toLowerCase();
      let shown = 0;
      for (const [row, words] of rows) {
        row.hidden = !words.includes(typed);
        shown += !row.hidden;
      }
      none.hidden = shown > 0;
    });
  }
}
