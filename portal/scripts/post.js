// Comfort for posts at the desk: a button that copies, and a count beside the words while they are typed.
"use strict";
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without https a browser has no clipboard to write to; the selection is copied as of old.
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
for (const field of document.querySelectorAll("textarea[data-counted]")) {
  if (field.name.includes("__prefix__")) continue;
  const count = document.createElement("output");
  count.className = "help post-live";
  count.htmlFor = field.id;
  const show = () => {
    const tags = field.value.match(/(?<![\p{L}\p{N}_#&/])#(?=[\p{L}\p{N}_]*[\p{L}])[\p{L}\p{N}_]+/gu);
    count.textContent = `${field.value.length} · # ${tags ? tags.length : 0}`;
  };
  field.after(count);
  field.addEventListener("input", show);
  show();
}
