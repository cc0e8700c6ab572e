// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
// Shows the samples one by one, and sends what is said of them.
"use strict";
(function () {
  var samples = Array.prototype.slice.call(document.querySelectorAll(".sample"));
  var fault = document.getElementById("fault");
  var said = document.getElementById("said");
  var known = document.getElementById("known");
  var state = { labels: {}, groups: [], agreement: [], labelled: 0, samples: samples.length };
  var at = 0;

  function idOf(sample) { return sample.getAttribute("data-id"); }

  function show(number) {
    at = (number + samples.length) % samples.length;
    samples.forEach(function (sample, i) { sample.hidden = i !== at; });
    var label = state.labels[idOf(samples[at])];
    fault.value = label ? label.fault : "";
    said.textContent = "pair " + (at + 1) + " of " + samples.length + ", " +
      (label ? "you said " + label.label + (label.fault ? ", " + label.fault : "") : "no label yet");
    samples[at].querySelectorAll(".text").forEach(function (box) {
      var mark = box.querySelector("mark") || box.querySelector(".chunk");
      if (mark) box.scrollTop = Math.max(0, mark.offsetTop - 48);
    });
  }

  function cell(row, kind, text) {
    var element = document.createElement(kind);
    element.textContent = text;
    row.appendChild(element);
  }

  function percent(share) { return (100 * share).toFixed(1) + " %"; }

  function tell() {
    var table = document.createElement("table");
    var head = table.createTHead().insertRow();
    ["Pairs", "Labelled", "Right", "Share", "95 % interval"].forEach(function (name) {
      cell(head, "th", name);
    });
    var body = table.createTBody();
    state.groups.forEach(function (group) {
      var row = body.insertRow();
      cell(row, "th", group.name);
      cell(row, "td", group.labelled);
      cell(row, "td", group.right);
      cell(row, "td", percent(group.share));
      cell(row, "td", percent(group.low) + " to " + percent(group.high));
    });
    known.replaceChildren(table);
    tellAgreement();
    var line = document.createElement("p");
    line.textContent = state.labelled + " of " + state.samples + " samples are labelled" +
      (state.rater ? " by " + state.rater : "") + ".";
    known.appendChild(line);
  }

  // With more than one rater: how well each two agree beyond chance.
  function tellAgreement() {
    if (!state.agreement.length) return;
    var table = document.createElement("table");
    table.id = "agreement";
    var head = table.createTHead().insertRow();
    ["Raters", "Both labelled", "Same", "Cohen's kappa", "95 % interval"].forEach(function (name) {
      cell(head, "th", name);
    });
    var body = table.createTBody();
    state.agreement.forEach(function (two) {
      var row = body.insertRow();
      var unknown = two.kappa === undefined;
      cell(row, "th", (two.first || "no name") + " and " + (two.second || "no name"));
      cell(row, "td", two.pairs);
      cell(row, "td", two.same);
      cell(row, "td", unknown ? "unknown: chance explains all" : two.kappa.toFixed(2));
      cell(row, "td", unknown ? "" : two.low.toFixed(2) + " to " + two.high.toFixed(2));
    });
    known.appendChild(table);
  }

  function receive(reply) {
    return reply.text().then(function (text) {
      if (!reply.ok) throw new Error(text);
      state = JSON.parse(text);
      tell();
    });
  }

  function say(label) {
    var body = JSON.stringify({ id: idOf(samples[at]), label: label, fault: fault.value });
    fetch("label", { method: "POST", headers: { "Content-Type": "application/json" }, body: body })
      .then(receive)
      .then(function () { show(at + 1); })
      .catch(function (error) { said.textContent = "not stored: " + error.message; });
  }

  document.addEventListener("click", function (event) {
    var label = event.target.getAttribute("data-label");
    var step = event.target.getAttribute("data-step");
    if (label) say(label);
    if (step) show(at + Number(step));
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(SELECT|INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
    var labels = { g: "good", u: "usable", b: "bad" };
    if (labels[event.key]) return say(labels[event.key]);
    if (event.key === "j") return show(at + 1);
    if (event.key === "k") return show(at - 1);
    if (/^[0-9]$/.test(event.key) && fault.options[event.key]) fault.selectedIndex = event.key;
  });

  show(0);
  fetch("state").then(receive).then(function () {
    var first = samples.findIndex(function (sample) { return !state.labels[idOf(sample)]; });
    show(Math.max(0, first));
  }).catch(function (error) { said.textContent = "no state: " + error.message; });
})();
