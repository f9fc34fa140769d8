// Names for what the desk's ready-made parts leave without one; their words come from the page.
"use strict";
{
  const labelOf = (select) => {
    const [label] = select.labels;
    if (label) return label;
    const cell = select.closest("td");
    return cell && cell.closest("table").querySelectorAll("thead th")[cell.cellIndex];
  };
  const nameChoice = (select) => {
    const label = labelOf(select);
    const box = select.parentElement.querySelector(".select2-selection");
    if (!label || !box) return;
    if (!label.id) label.id = `name-of-${select.id}`;
    const shown = box.querySelector(".select2-selection__rendered");
    if (box.matches("[role=combobox].select2-selection--single")) {
      box.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
      // The value is read with the picker; it is no field of its own.
      shown.removeAttribute("role");
      shown.removeAttribute("aria-readonly");
    } else box.setAttribute("aria-labelledby", label.id);
    if (shown.matches("ul")) shown.setAttribute("role", "presentation");
    box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
  };
  const nameAll = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) nameChoice(select);
    for (const tip of document.querySelectorAll(".help-tooltip[aria-label]")) tip.setAttribute("role", "img");
    for (const head of document.querySelectorAll("th.original:empty, thead th:empty")) {
      const cell = document.createElement("td");
      cell.className = head.className;
      cell.colSpan = head.colSpan;
      head.replaceWith(cell);
    }
  };
  addEventListener("load", () => {
    // The pickers are built when jQuery finds the page ready, which may be later than this.
    if (self.django?.jQuery) self.django.jQuery(nameAll);
    else nameAll();
  });
  // A row more, or a list that opens, is built later.
  addEventListener("formset:added", nameAll);
  addEventListener("focusin", ({target}) => {
    if (!target.matches(".select2-search__field")) return;
    const select = document.querySelector(".select2-container--open")?.parentElement.querySelector("select");
    const label = select && labelOf(select);
    if (label) target.setAttribute("aria-labelledby", label.id);
  });
}
