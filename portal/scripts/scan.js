// Reads receipt codes with the camera where the browser can (BarcodeDetector), sends each as the form below would,
// and shows the answer in its place. Without this, or without a camera, codes are typed.
"use strict";
{
  const box = document.getElementById("kamera");
  const answer = document.getElementById("jawaban");
  const field = document.querySelector(".door-code");
  const form = field && field.form;
  const video = box && box.querySelector("video");
  const button = box && box.querySelector("button");
  const status = box && box.querySelector("p");
  const start = button && button.textContent;
  let stream = null, last = "", lastAt = 0, busy = false;

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  async function send(code) {
    const body = new FormData(form);
    body.set("code", code);
    body.set("way", "scan");
    body.set("nonce", answer.dataset.key);
    for (let turn = 0; turn < 5; turn += 1) {
      try {
        // The same key every time: however often it arrives, the party is let in once.
        const response = await fetch(location.pathname, { method: "POST", body, redirect: "error" });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const told = page.getElementById("jawaban");
        if (!told) break;
        answer.replaceChildren(...told.childNodes);
        answer.dataset.key = told.dataset.key;
        const inside = page.querySelector(".door-inside b"), shown = document.querySelector(".door-inside b");
        if (inside && shown) shown.textContent = inside.textContent;
        status.textContent = "";
        if (navigator.vibrate) navigator.vibrate(told.querySelector(".door-answer--ok") ? 80 : [80, 80, 80]);
        return;
      } catch {
        status.textContent = status.dataset.lost;
        await wait(1500);
      }
    }
    location.reload();
  }

  async function look(detector) {
    while (stream) {
      try {
        const [found] = busy || document.hidden ? [] : await detector.detect(video);
        const code = found && found.rawValue.trim().slice(0, 60);
        // The same receipt stays in front of the lens for a while: it is asked about once in four seconds.
        if (code && (code !== last || Date.now() - lastAt > 4000)) {
          busy = true;
          await send(code);
          [last, lastAt, busy] = [code, Date.now(), false];
        }
      } catch { /* A frame that is not there yet. */ }
      await wait(200);
    }
  }

  function stop() {
    stream.getTracks().forEach((track) => track.stop());
    stream = null;
    button.textContent = start;
    box.classList.remove("on");
  }

  async function toggle(detector) {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      button.textContent = button.dataset.stop;
      box.classList.add("on");
      status.textContent = "";
      look(detector);
    } catch {
      if (stream) stop();
      status.textContent = status.dataset.refused;
    }
  }

  if (box && form && "BarcodeDetector" in window && navigator.mediaDevices) {
    BarcodeDetector.getSupportedFormats().then((known) => {
      if (!known.includes("qr_code")) return;
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      box.hidden = false;
      button.addEventListener("click", () => toggle(detector));
    });
  }
}
