// Proof of work: finds the number that the server hid (reset/proof_of_work.py), while people read or type.
// <form><input type="hidden" name="effort" data-work="1.salt.end.most.goal.signature"> and <p data-work-words data-working="…" …>
// A form sent too early waits for it; with data-sends it is sent as soon as the number is found.
// This file is two things: on a page it starts a worker, which is this file again, and there it does the work.
const K = new Int32Array(64);
const START = new Int32Array(8);
const bits = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
for (let number = 2, found = 0; found < 64; number++) {
  let isPrime = true;
  for (let by = 2; by * by <= number; by++) if (number % by === 0) isPrime = false;
  if (!isPrime) continue;
  if (found < 8) START[found] = bits(Math.sqrt(number));
  K[found++] = bits(Math.cbrt(number));
}
const turn = (word, by) => (word >>> by) | (word << (32 - by));

// Has this block this SHA-256 (FIPS 180-4)? crypto.subtle is slower for so little, and is missing without TLS.
const w = new Int32Array(64);
function has(block, goal) {
  w.set(block);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3), s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = START[0], b = START[1], c = START[2], d = START[3], e = START[4], f = START[5], g = START[6], h = START[7];
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25), choice = (e & f) ^ (~e & g);
    const one = (h + s1 + choice + K[i] + w[i]) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22), most = (a & b) ^ (a & c) ^ (b & c);
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + s0 + most) | 0;
  }
  if (((a + START[0]) | 0) !== goal[0]) return false;
  return [a, b, c, d, e, f, g, h].every((word, i) => ((word + START[i]) | 0) === goal[i]);
}

function search(asked) {
  const [, salt, , most, hex] = asked.split(".");
  const goal = hex.match(/.{8}/g).map((word) => parseInt(word, 16) | 0);
  const block = new Int32Array(16), halfway = Math.ceil(Number(most) / 2);
  for (let number = 0; number < Number(most); number++) {
    const message = `${salt}.${number}`;
    block.fill(0);
    for (let i = 0; i < message.length; i++) block[i >> 2] |= message.charCodeAt(i) << (24 - 8 * (i & 3));
    block[message.length >> 2] |= 0x80 << (24 - 8 * (message.length & 3));
    block[15] = message.length * 8;
    if (has(block, goal)) return postMessage({ number });
    if (number === halfway) postMessage({ half: true });
  }
  postMessage({});
}

function begin(field) {
  const { form } = field, asked = field.dataset.work;
  const told = form.querySelector("[data-work-words]");
  const say = (word) => { told.textContent = told.dataset[word]; };
  let state = "working", sender = null;
  const end = (now) => {
    state = now;
    say(now);
    if (now === "done" && (sender || "sends" in field.dataset)) form.requestSubmit(sender);
  };
  form.addEventListener("submit", (event) => {
    if (state !== "working") return;
    event.preventDefault();
    sender = event.submitter;
    say("early");
  });
  say("working");
  if (typeof Worker === "undefined") return end("failed");
  const worker = new Worker(import.meta.url, { type: "module" });
  worker.addEventListener("error", () => end("failed"));
  worker.addEventListener("message", ({ data }) => {
    if (data.half) return say(sender ? "early" : "half");
    if (!("number" in data)) return end("failed");
    field.value = `${asked}.${data.number}`;
    end("done");
  });
  worker.postMessage(asked);
}

if (typeof document === "undefined") addEventListener("message", ({ data }) => search(data));
else document.querySelectorAll("[data-work]").forEach(begin);
