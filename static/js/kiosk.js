// Shared computers: after a while without a touch, ask whether anybody is there. A page that shows
// nothing of anybody waits for the first touch; without scripts, its <noscript> leads on in any case.
const { seconds, next, waits } = document.querySelector("meta[name=kiosk]").dataset;
let timer;
const again = () => {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(next), Number(seconds) * 1000);
};
for (const sign of ["keydown", "pointerdown", "input"]) addEventListener(sign, again);
if (!waits) again();
