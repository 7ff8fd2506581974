// The camera reads the square of a voucher, or the bars of a cover, and types what they say. Without a camera the
// field is typed in, or scanned into by a hand scanner; nothing here is needed for that.

const REMEMBERED = "camera";
const EVERY = 150; // milliseconds between two looks

const field = () => document.getElementById(document.querySelector("[data-scan]")?.dataset.scan ?? "f-code");

// A code that could not be taken stands in its field: what is scanned or typed next replaces it.
if (field()?.value && field().autofocus) requestAnimationFrame(() => field().select());

for (const button of document.querySelectorAll("[data-scan]")) {
  if (!navigator.mediaDevices?.getUserMedia) continue;
  button.hidden = false;
  const words = button.textContent;
  let camera = null;
  button.addEventListener("click", async () => {
    if (camera) { camera.stop(); camera = null; button.textContent = words; forget(); return; }
    camera = await begin(button).catch(() => null);
    if (camera) button.textContent = button.dataset.stop;
  });
  // The next paper of the same person is scanned without a second press; a new person begins with one.
  const isGoingOn = document.querySelector("input[name='codes']") || document.querySelector(".answer--bad");
  if (isGoingOn && sessionStorage.getItem(REMEMBERED) === "on") button.click();
  else forget();
}

function forget() { sessionStorage.removeItem(REMEMBERED); }

async function begin(button) {
  const frame = document.createElement("div");
  frame.className = "camera";
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, autoplay: true });
  const status = Object.assign(document.createElement("p"), { textContent: button.dataset.wait });
  status.setAttribute("role", "status");
  frame.append(video, status);
  button.closest(".buttons").after(frame);
  try {
    const [stream, detector] = await Promise.all([
      navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } }),
      reader(button.dataset),
    ]);
    video.srcObject = stream;
    await video.play();
    sessionStorage.setItem(REMEMBERED, "on");
    status.textContent = button.dataset.aim;
    return watch(video, detector, () => { stream.getTracks().forEach((track) => track.stop()); frame.remove(); });
  } catch (error) {
    status.textContent = button.dataset.denied;
    console.warn("the camera is not used:", error);
    throw error;
  }
}

// The browser's own reader where it has one; ours is fetched otherwise, with its WebAssembly from this same site.
async function reader({ detector, wasm, format }) {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes(format)) {
    return new BarcodeDetector({ formats: [format] });
  }
  if (!window.BarcodeDetectionAPI) await script(detector);
  const { BarcodeDetector: Reader, prepareZXingModule } = window.BarcodeDetectionAPI;
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new Reader({ formats: [format] });
}

function script(address) {
  return new Promise((done, failed) => {
    const element = Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed });
    document.head.append(element);
  });
}

function watch(video, detector, close) {
  let isOn = true;
  const lying = [...document.querySelectorAll("input[name='codes']"), field()].map((one) => one?.value ?? "");
  const taken = (document.querySelector("input[name='numbers']")?.value ?? "").split(" ");
  const known = new Set([...lying, ...taken].map(plain));
  const look = async () => {
    if (!isOn) return;
    const found = await detector.detect(video).catch(() => []);
    const fresh = found.map((one) => one.rawValue).find((code) => code && !known.has(plain(code)));
    if (!fresh || !isOn) { setTimeout(look, EVERY); return; }
    known.add(plain(fresh));
    isOn = type(fresh);
    if (isOn) setTimeout(look, EVERY);
  };
  look();
  return { stop: () => { isOn = false; close(); } };
}

// In a pile each code is a line, and the camera looks on; at the counter the code is verified at once.
function type(code) {
  const target = field();
  if (target.tagName === "TEXTAREA") {
    target.value = `${target.value.replace(/\n+$/, "")}${target.value ? "\n" : ""}${code}\n`;
    return true;
  }
  target.value = code;
  target.form.requestSubmit();
  return false;
}

function plain(code) {
  return (code || "").toUpperCase().replace(/[\s.-]/g, "").replace(/^PN1:/, "");
}
