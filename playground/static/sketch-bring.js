/** Pictures that somebody brings: as a file, by dropping or pasting one, or from the camera. The server makes them square. */

const BROKEN = "The picture did not arrive; please try again.";

/**
 * @typedef {{picture: HTMLImageElement, edges: HTMLImageElement}} Brought the picture's middle square, and its edges
 */

/** @param {string} file a PNG in base64 @returns {Promise<HTMLImageElement>} */
export async function image(file, kind = "png") {
  const picture = new Image();
  picture.src = `data:image/${kind};base64,${file}`;
  await picture.decode();
  return picture;
}

/** @param {Blob} file @param {number} side @returns {Promise<Brought | string>} or one sentence that says why not */
export async function bring(file, side) {
  try {
    const reply = await fetch(`/sketch/edges?side=${side}`, { method: "POST", body: file });
    const answer = await reply.json();
    if (answer.detail) return String(answer.detail);
    return { picture: await image(answer.picture), edges: await image(answer.edges) };
  } catch {
    return BROKEN;
  }
}

/** Files that are chosen, dropped on the pad or pasted anywhere.  @param {HTMLElement} root @param {(file: Blob) => void} brought */
export function listenForFiles(root, brought) {
  const input = /** @type {HTMLInputElement} */ (root.querySelector(".bring input")), pad = /** @type {HTMLElement} */ (root.querySelector(".paper"));
  input.addEventListener("change", () => {
    if (input.files?.[0]) brought(input.files[0]);
    input.value = "";  // the same file may be chosen again
  });
  root.addEventListener("dragover", (event) => {
    event.preventDefault();
    pad.classList.add("over");
  });
  for (const end of ["dragleave", "drop"]) root.addEventListener(end, () => pad.classList.remove("over"));
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) brought(file);
  });
  document.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (!file || !root.isConnected) return;
    event.preventDefault();
    brought(file);
  });
}

/** A shot from the camera, where there is one.  @param {HTMLElement} root @param {(file: Blob) => void} brought @param {(sentence: string) => void} failed */
export function listenToCamera(root, brought, failed) {
  const button = /** @type {HTMLButtonElement} */ (root.querySelector(".camera")), dialog = /** @type {HTMLDialogElement} */ (root.querySelector("dialog"));
  const video = /** @type {HTMLVideoElement} */ (dialog.querySelector("video"));
  button.hidden = !navigator.mediaDevices?.getUserMedia;
  button.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 640 } } });
    } catch {
      return failed("There is no camera that this page may use.");
    }
    dialog.showModal();
    await video.play();
  });
  dialog.addEventListener("close", () => {
    /** @type {MediaStream} */ (video.srcObject).getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  });
  dialog.querySelector(".shoot")?.addEventListener("click", () => {
    const shot = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
    shot.getContext("2d")?.drawImage(video, 0, 0);
    dialog.close();
    shot.toBlob((blob) => blob && brought(blob), "image/jpeg", 0.92);
  });
  dialog.querySelector(".leave")?.addEventListener("click", () => dialog.close());
}
