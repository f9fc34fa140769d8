// Leaving, on the page with signal or at the desk: what is on this phone and not sent is asked about first.
"use strict";
{
  const store = self.fieldStore;
  const form = document.getElementById("leave") || document.getElementById("logout-form");
  const notice = document.querySelector("[data-field-unsent]");

  async function say() {
    const { unsent } = await store.tidy();
    if (!notice || !unsent) return;
    notice.querySelector("[data-count]").textContent = unsent;
    notice.hidden = false;
  }

  // Before anything else is looked up: whoever presses at once is asked too.
  function guard() {
    form.addEventListener("submit", async (event) => {
      if (form.dataset.asked) return;
      event.preventDefault();
      // Where the browser keeps nothing any more there is nothing to ask about.
      const { unsent, openable } = await store.tidy().catch(() => ({}));
      if (unsent && !notice) return location.assign(store.address("keluar/"));
      // The office ends what this phone may send.
      if (openable && form.elements.box) form.elements.box.value = openable.box;
      await store.end("").catch(() => {});
      form.dataset.asked = "yes";
      return form.requestSubmit ? form.requestSubmit() : form.submit();
    });
    say().catch(() => {});
  }

  if (form && self.indexedDB && self.crypto && crypto.subtle) guard();
}
