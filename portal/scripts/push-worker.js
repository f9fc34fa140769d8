// Part of the worker: a call from the portal, which is empty, becomes a notification that says only that there is news.
"use strict";
{
  const HERE = "/kabar-di-hp/";

  // The words the page kept when its button was pressed; none where the browser has cleared them away.
  const words = () =>
    new Promise((done) => {
      const asked = indexedDB.open("kabar", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("kata");
      asked.onerror = () => done({});
      asked.onsuccess = () => {
        const found = asked.result.transaction("kata").objectStore("kata").get(1);
        found.onsuccess = () => (asked.result.close(), done(found.result || {}));
        found.onerror = () => done({});
      };
    });

  const post = (verb, fields) => fetch(HERE + verb, { method: "POST", body: new URLSearchParams(fields) });

  const called = async () => {
    const { title = location.hostname, body, icon, badge, stop, page = HERE, opens = [] } = await words();
    await self.registration.showNotification(title, {
      body,
      icon,
      badge,
      tag: "kabar",
      renotify: true,
      actions: stop ? [{ action: "stop", title: stop }] : [],
      data: opens.length === 1 ? opens[0] : page,
    });
  };

  const stop = async () => {
    const mine = await self.registration.pushManager.getSubscription();
    if (!mine) return;
    await post("berhenti/", { endpoint: mine.endpoint }).catch(() => {});
    // Then the push service says that the phone is gone, even where we could not be asked.
    await mine.unsubscribe();
  };

  const moved = async ({ oldSubscription: was, newSubscription: now }) => {
    if (!was) return;
    const mine = now || (await self.registration.pushManager.subscribe(was.options));
    await post("pindah/", { was: was.endpoint, endpoint: mine.endpoint });
  };

  self.addEventListener("push", (event) => event.waitUntil(called()));
  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(event.action === "stop" ? stop() : self.clients.openWindow(event.notification.data || HERE));
  });
  self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(moved(event)));
}
