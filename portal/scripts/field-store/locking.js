// Locking, with the key of this box or by the code of six digits.
const bytes = (text) => new TextEncoder().encode(text);
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const keyOf = (raw) => subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

async function seal(data, by = key) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await subtle.encrypt({ name: "AES-GCM", iv }, by, data) };
}
const unseal = (sealed, by = key) => subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, by, sealed.data);
const sealWords = (value, by) => seal(bytes(JSON.stringify(value)), by);
const words = async (sealed, by) => JSON.parse(new TextDecoder().decode(await unseal(sealed, by)));

async function keyOfCode(code, salt, iterations) {
  const typed = await subtle.importKey("raw", bytes(code), "PBKDF2", false, ["deriveKey"]);
  const form = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return subtle.deriveKey(form, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function wrap(raw, code) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { salt, iterations: ROUNDS, tries: TRIES, ...(await seal(raw, await keyOfCode(code, salt, ROUNDS))) };
}

const uuid = () => {
  const one = crypto.getRandomValues(new Uint8Array(16));
  one[6] = (one[6] & 15) | 64;
  one[8] = (one[8] & 63) | 128;
  const hex = [...one].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
