// Draws each chart from the table beside it: the numbers, their words and their moments all come from there.
(() => {
  const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 6]];
  const MARK_COLOURS = { incident: "--bad", pause: "--warning", mark: "--info" };
  const drawn = [];

  // Custom properties hold light-dark(); only a computed colour says which of the two it is.
  function colour(name) {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  function read(figure) {
    const table = figure.querySelector("table");
    const rows = [...table.tBodies[0].rows];
    const heads = rows.map((row) => row.cells[0].querySelector("[data-short]") ?? row.cells[0]);
    const chosen = figure.dataset.column;
    const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
    const columns = names
      .map((name, number) => ({ name, cells: rows.map((row) => row.cells[number + 1]) }))
      .filter((_column, number) => (figure.dataset.chart === "row" ? number === Number(chosen ?? 0) : true));
    return { heads, columns, title: table.caption.textContent.trim() };
  }

  function valueOf(cell) {
    return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
  }

  function tick(figure, value) {
    const language = document.documentElement.lang;
    if (figure.dataset.unit === "share") {
      return new Intl.NumberFormat(language, { style: "percent", maximumSignificantDigits: 3 }).format(value);
    }
    const words = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
    return figure.dataset.pattern ? figure.dataset.pattern.replace("{n}", words) : words;
  }

  // Incidents, pauses and deployments behind the lines, where they happened.
  function marks(figure, heads) {
    const list = figure.dataset.marks && document.getElementById(figure.dataset.marks);
    const moments = heads.map((head) => Date.parse(head.dateTime));
    if (!list || moments.length < 2) return [];
    const step = moments[1] - moments[0];
    const place = (moment) => Math.min(Math.max((moment - moments[0]) / step, 0), moments.length - 1);
    return [...list.children].map((item) => ({
      colour: colour(MARK_COLOURS[item.dataset.what]),
      start: place(Date.parse(item.dataset.from)),
      end: place(item.dataset.to ? Date.parse(item.dataset.to) : Date.now()),
    }));
  }

  const behind = {
    id: "marks",
    beforeDatasetsDraw(chart, _event, options) {
      const { ctx, chartArea: area, scales: { x } } = chart;
      const count = chart.data.labels.length;
      const across = (index) => x.getPixelForDecimal(x.options.offset ? (index + 0.5) / count : index / (count - 1));
      ctx.save();
      for (const mark of options.list ?? []) {
        const left = across(mark.start);
        const width = Math.max(across(mark.end) - left, 2);
        ctx.fillStyle = mark.colour;
        ctx.globalAlpha = width > 2 ? 0.12 : 0.7;
        ctx.fillRect(left, area.top, width, area.bottom - area.top);
      }
      ctx.restore();
    },
  };

  function dataset(figure, column, number) {
    const line = colour(`--line-${(number % DASHES.length) + 1}`);
    const values = column.cells.map(valueOf);
    return {
      label: column.name,
      data: values,
      borderColor: line,
      backgroundColor: line,
      borderWidth: figure.dataset.chart === "line" ? 2 : 0,
      borderDash: DASHES[number % DASHES.length],
      pointRadius: values.map((value, place) => (value !== null && values[place - 1] == null && values[place + 1] == null ? 2.5 : 0)),
      pointHitRadius: 8,
      tension: 0,
      spanGaps: false,
      maxBarThickness: 28,
    };
  }

  function draw(figure) {
    const { heads, columns, title } = read(figure);
    const room = figure.querySelector(".chart-room");
    const order = [...heads.keys()];
    if (figure.dataset.backwards) order.reverse();  // the table begins with the newest
    const words = colour("--words-quiet");
    const edge = colour("--edge");
    const stacked = figure.dataset.stacked === "yes";
    for (const column of columns) column.cells = order.map((number) => column.cells[number]);
    const labels = order.map((number) => heads[number].dataset.short ?? heads[number].textContent.trim());
    room.hidden = false;
    drawn.push(new Chart(room.querySelector("canvas"), {
      type: figure.dataset.chart === "line" ? "line" : "bar",
      data: { labels, datasets: columns.map((column, number) => dataset(figure, column, number)) },
      plugins: [behind],
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        locale: document.documentElement.lang,
        interaction: { mode: "index", intersect: false },
        scales: {
          x: { stacked, grid: { display: false }, ticks: { color: words, maxRotation: 0, autoSkip: true, autoSkipPadding: 16 }, border: { color: edge } },
          y: { stacked, beginAtZero: true, grid: { color: edge }, border: { display: false }, ticks: { color: words, maxTicksLimit: 6, precision: figure.dataset.unit === "share" ? undefined : 0, callback: (value) => tick(figure, value) } },
        },
        plugins: {
          title: { display: false, text: title },
          legend: { display: columns.length > 1, position: "bottom", align: "start", labels: { color: words, usePointStyle: true, pointStyle: figure.dataset.chart === "line" ? "line" : "rect", boxWidth: 24 } },
          tooltip: {
            callbacks: {
              title: ([item]) => (item ? heads[order[item.dataIndex]].textContent.trim() : ""),
              label: (item) => `${item.dataset.label}: ${columns[item.datasetIndex].cells[item.dataIndex].textContent.trim()}`,
            },
          },
          marks: { list: marks(figure, heads) },
        },
      },
    }));
  }

  function drawAll() {
    while (drawn.length) drawn.pop().destroy();
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
  }

  document.addEventListener("monitoring:shown", drawAll);
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  drawAll();
})();
