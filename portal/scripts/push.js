// “Tell me on this phone”: asks the browser for an address to be called at and gives it to the page it stands on.
// Shown only where it works; the words of the notification are kept for push-worker.js in the page's language.
"use strict";
{
  const box = document.querySelector("[data-push]");
  const end = document.querySelector("[data-push-stop]");

  const kept = (change) =>
    new Promise((done, fail) => {
      const asked = indexedDB.open("kabar", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("kata");
      asked.onerror = fail;
      asked.onsuccess = () => {
        const deal = asked.result.transaction("kata", "readwrite");
        const words = deal.objectStore("kata");
        words.get(1).onsuccess = ({ target }) => change(words, target.result || {});
        deal.oncomplete = () => (asked.result.close(), done());
        deal.onabort = fail;
      };
    });

  const forget = async (mine) => {
    await mine.unsubscribe();
    await kept((words) => words.clear());
  };

  const offer = async (push) => {
    const [on, off] = box.querySelectorAll("button");
    const [tag, said] = box.querySelectorAll("[role=status] > span");
    const show = (state, words) => {
      said.textContent = words || box.dataset[state] || "";
      on.hidden = state === "on";
      tag.hidden = off.hidden = !on.hidden;
    };
    const ask = async (wish, endpoint) => {
      const body = new FormData(box);
      body.set("wish", wish);
      body.set("endpoint", endpoint);
      const told = await (await fetch(box.action, { method: "POST", body })).json();
      if (told.problem) throw told;
      return told;
    };
    const listen = () => push.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.push });

    const begin = async () => {
      if ((await Notification.requestPermission()) !== "granted") return show("denied");
      await kept((words, { opens = [] }) =>
        words.put({ ...box.dataset, opens: [...new Set([...opens, box.dataset.opens])] }, 1));
      const mine = await listen().catch(async (problem) => {
        // It may listen to an older key of this portal.
        const old = await push.getSubscription();
        if (!old) throw problem;
        await old.unsubscribe();
        return listen();
      });
      await ask("on", mine.endpoint);
      show("on");
    };
    const leave = async () => {
      const mine = await push.getSubscription();
      if (mine && !(await ask("off", mine.endpoint)).more) await forget(mine);
      show("off");
    };

    box.addEventListener("submit", async (event) => {
      event.preventDefault();
      const isOn = on.hidden;
      on.disabled = off.disabled = true;
      await (isOn ? leave : begin)().catch(({ problem }) => show(isOn ? "on" : "failed", problem));
      on.disabled = off.disabled = false;
      (on.hidden ? off : on).focus();
    });

    const mine = Notification.permission === "granted" && (await push.getSubscription());
    show(mine && (await ask("ask", mine.endpoint)).on ? "on" : "off");
    box.hidden = false;
  };

  const offerEnd = async (push) => {
    const mine = await push.getSubscription();
    end.hidden = !mine;
    end.addEventListener("click", async () => {
      const body = new URLSearchParams({ endpoint: mine.endpoint });
      await fetch(end.dataset.pushStop, { method: "POST", body }).catch(() => {});
      // Then the push service says that the phone is gone, even where we could not be asked.
      await forget(mine);
      const said = document.querySelector("[data-push-stopped]");
      said.textContent = said.dataset.pushStopped;
      end.hidden = true;
    });
  };

  if ((box || end) && "serviceWorker" in navigator && "PushManager" in self && "Notification" in self)
    navigator.serviceWorker.ready
      .then(({ pushManager }) => (box ? offer(pushManager) : offerEnd(pushManager)))
      .catch(() => {});
}
