// Instead of the worker when the office has switched it off: leaves nothing of it on the phone but what a resident
// asked to keep herself until it can be sent.
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  const end = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await self.registration.unregister();
  };
  event.waitUntil(end());
});
