
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  for (let up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  if (target) target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
const find = document.getElementById("find");
const shown = document.getElementById("shown");
const rules = [...document.querySelectorAll("[data-rule]")];
const folded = [...document.querySelectorAll("details.all")];
const before = folded.map(one => one.open);
find.closest(".find").hidden = false;
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(" ").filter(Boolean);
  for (const rule of rules) rule.hidden = !words.every(word => rule.dataset.rule.includes(word));
  const count = document.querySelectorAll("details.rule:not([hidden])").length;
  shown.value = words.length ? count + (count === 1 ? " rule" : " rules") : "";
  folded.forEach((one, at) => { one.open = words.length === 0 ? before[at] : one.querySelector(".rule:not([hidden])") !== null; });
});
