// Tables of class "sortable": a click on a heading sorts by its column, a second one turns it round.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const key = (row, column) => {
    const cell = row.cells[column];
    return "value" in cell.dataset
      ? (cell.dataset.value === "" ? null : Number(cell.dataset.value))
      : cell.textContent.trim();
  };
  const compare = (a, b) =>
    typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) : a - b;
  headings.forEach((heading, column) => {
    const button = heading.querySelector(".sort");
    if (!button) return;
    button.addEventListener("click", () => {
      const order = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", order > 0 ? "ascending" : "descending");
      // Rows without a value stay at the end, whichever way the others go.
      const keyed = [...body.rows].map((row) => [key(row, column), row]);
      keyed.sort(([a], [b]) => (a === null) - (b === null) || order * compare(a, b));
      body.append(...keyed.map(([, row]) => row));
    });
  });
}
