// A suggestion without leaving the page: what was typed elsewhere stays, and is not sent.
const form = document.getElementById("suggest");
const input = document.getElementById(form?.dataset.fills);
const box = document.querySelector(".suggestion");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const text = page.querySelector("[data-suggestion]").textContent;
    if (!text) throw new Error("no suggestion");
    box.hidden = false;
    box.querySelector("[data-suggestion]").textContent = text;
    input.value = text;
    input.dispatchEvent(new Event("input"));
  } catch {
    form.submit();
  }
});
