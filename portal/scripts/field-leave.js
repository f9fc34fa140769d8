// Leaving, on the page with signal or at the desk: what is on this phone and not sent is asked about first.
"use strict";
{
  const store = self.fieldStore;
  const form = document.getElementById("leave") || document.getElementById("logout-form");

  async function guard() {
    const { unsent } = await store.tidy();
    const notice = document.querySelector("[data-field-unsent]");
    if (notice && unsent) {
      notice.querySelector("[data-count]").textContent = unsent;
      notice.hidden = false;
    }
    form.addEventListener("submit", async (event) => {
      if (form.dataset.asked) return;
      event.preventDefault();
      const { unsent: left, openable } = await store.tidy();
      if (left && !notice) return location.assign(store.address("keluar/"));
      // The office ends what this phone may send.
      if (openable && form.elements.box) form.elements.box.value = openable.box;
      await store.end("").catch(() => {});
      form.dataset.asked = "yes";
      return form.requestSubmit ? form.requestSubmit() : form.submit();
    });
  }

  if (form && self.indexedDB && self.crypto && crypto.subtle) guard().catch(() => {});
}
