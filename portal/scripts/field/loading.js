// Taking along: the page with signal on which it begins.
const isWeak = (code) => !/^\d{6}$/.test(code) || /^(\d)\1{5}$/.test(code) || "01234567890 9876543210".includes(code);

// The worker keeps the page of this app; without it the phone could not open it on the way.
async function keepShell() {
  try {
    const { active } = await navigator.serviceWorker.ready;
    return await new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => done(data);
      active.postMessage({ keep: app.dataset.home, pictures: [] }, [port2]);
      setTimeout(() => done(false), 2e4);
    });
  } catch {
    return false;
  }
}

function listenToLoading(form) {
  const reveal = (id, isShown) => (document.getElementById(id).hidden = !isShown);
  const field = document.getElementById("new-code");
  if (!self.indexedDB || !crypto.subtle || !navigator.serviceWorker) return reveal("load-impossible", true);
  reveal("choose-code", true);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(async () => {
      const code = field.value.trim();
      reveal("new-code-wrong", isWeak(code));
      markFields(form);
      if (isWeak(code)) return field.focus();
      for (const id of ["load-failed", "load-unkept"]) reveal(id, false);
      reveal("loading", true);
      try {
        await store.load(form, code);
      } catch (fault) {
        // Not the line but the phone: full, or a window that keeps nothing.
        reveal(fault instanceof DOMException ? "load-unkept" : "load-failed", true);
        return undefined;
      } finally {
        reveal("loading", false);
      }
      unkept = !(await keepShell());
      field.value = "";
      before.hidden = true;
      // What was being typed when it ended is gone on with.
      const draft = await store.draft();
      history.replaceState(null, "", `${app.dataset.home}${draft ? draft.hash : "#/"}`);
      await show();
      return soon();
    });
  });
  return undefined;
}

if (app && self.indexedDB && self.crypto && crypto.subtle) {
  listen();
  const form = document.getElementById("take-along");
  if (form) listenToLoading(form);
  show().catch(sayFailed);
}
