// The door of an activity: the list taken along, codes typed and scanned.
const plain = (typed) => typed.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1").replace(/[^0-9A-Z]/g, "");

async function answer(data) {
  await show();
  const said = made(part("door-answer"), data);
  const kind = ["ok", "already", "waiting", "unknown"].find((name) => data[name]);
  said.querySelector("[data-answer]").classList.add(`door-answer--${kind}`);
  document.getElementById("door-said").append(said);
  if (navigator.vibrate) navigator.vibrate(kind === "ok" ? 80 : [80, 80, 80]);
}

async function letIn(event, party, code, way) {
  const { name } = party;
  const isIn = party.state === "inside" || checkInsOf(event, await store.entries()).some((one) => one.registration === party.id);
  if (isIn) return answer({ already: true, name });
  await keep(newItem("check_in", { event: event.id, registration: party.id, code, way }));
  return answer({ [party.state === "waiting" ? "waiting" : "ok"]: true, name });
}

async function letInByCode(event, typed, way) {
  const code = plain(typed);
  if (code.length < 3) return undefined;
  const found = event.roster.filter(({ tail }) => tail && code.endsWith(plain(tail)));
  if (found.length === 1) return letIn(event, found[0], "", way);
  await keep(newItem("check_in", { event: event.id, code, way }));
  return answer({ unknown: true, name: code });
}

async function offerCamera(event) {
  const box = document.getElementById("kamera");
  if (!("BarcodeDetector" in self) || !navigator.mediaDevices) return;
  if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return;
  const video = box.querySelector("video");
  box.hidden = false;
  deeds.camera = async () => {
    if (stopCamera) return stopCamera();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      stopCamera = () => {
        stream.getTracks().forEach((track) => track.stop());
        stopCamera = null;
        box.classList.remove("on");
      };
      video.srcObject = stream;
      await video.play();
      box.classList.add("on");
      look(event, video, new BarcodeDetector({ formats: ["qr_code"] }), stopCamera);
    } catch {
      const status = box.querySelector("p");
      status.textContent = status.dataset.refused;
    }
    return undefined;
  };
}

async function look(event, video, detector, mine) {
  while (stopCamera === mine) {
    try {
      const [found] = await detector.detect(video);
      // Drawing the answer puts the camera away; pressing it again takes the next one.
      if (found) return await letInByCode(event, found.rawValue.split("/").filter(Boolean).pop().slice(0, 40), "scan");
    } catch {
      // A frame that is not there yet.
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  return undefined;
}
