// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
// Filters the samples of a report. The page is complete without it.
"use strict";
(function () {
  var form = document.getElementById("filters");
  if (!form) return;
  var samples = Array.prototype.slice.call(document.querySelectorAll(".sample"));
  var shown = document.getElementById("shown");
  var texts = samples.map(function (sample) {
    return (sample.querySelector(".qa") || sample).textContent.toLowerCase();
  });

  function matches(sample, i) {
    var fields = ["outcome", "reason", "form", "source", "language"];
    for (var f = 0; f < fields.length; f++) {
      var wanted = form.elements[fields[f]];
      if (wanted && wanted.value && sample.getAttribute("data-" + fields[f]) !== wanted.value) {
        return false;
      }
    }
    var text = form.elements.text.value.toLowerCase();
    if (text && texts[i].indexOf(text) < 0) return false;
    var score = form.elements.score.value;
    var values = sample.getAttribute("data-scores").split(" ");
    var least = parseFloat(form.elements.least.value);
    var most = parseFloat(form.elements.most.value);
    if (isNaN(least) && isNaN(most)) return true;
    for (var v = 0; v < values.length; v++) {
      var pair = values[v].split("=");
      if (pair[0] !== score) continue;
      var value = parseFloat(pair[1]);
      return !(value < least) && !(value > most);
    }
    return false;
  }

  function apply() {
    var count = 0;
    samples.forEach(function (sample, i) {
      sample.hidden = !matches(sample, i);
      if (!sample.hidden) count++;
    });
    shown.textContent = count + " of " + samples.length + " samples";
  }

  form.addEventListener("input", apply);
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
  apply();

  // The first sentence of the evidence comes into view inside its box.
  document.querySelectorAll(".text").forEach(function (box) {
    var mark = box.querySelector("mark") || box.querySelector(".chunk");
    if (mark) box.scrollTop = Math.max(0, mark.offsetTop - 48);
  });
})();
