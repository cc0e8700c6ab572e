// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
// Keeps the page of a run at work up to date: who works every few seconds, the report when it is new.
"use strict";
(function () {
  var live = document.getElementById("live-now");
  var note = document.getElementById("live-note");
  var version = document.body.getAttribute("data-version");

  function get(path) {
    return fetch(path).then(function (reply) {
      if (!reply.ok) throw new Error(reply.status);
      return reply.text();
    });
  }

  // The samples stay as they are: somebody reads or filters them.
  function replaceReport(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    if (page.getElementById("samples") && !document.getElementById("samples")) {
      return location.reload();
    }
    page.querySelectorAll("main > section[id]").forEach(function (section) {
      if (section.id === "live" || section.id === "samples") return;
      var old = document.getElementById(section.id);
      var open = old && old.contains(document.activeElement);
      if (!old) return location.reload();
      if (!open) old.replaceWith(section);
    });
    version = page.body.getAttribute("data-version");
  }

  function refresh() {
    get("now").then(function (text) {
      // The server has escaped all that is not its own markup.
      live.innerHTML = text;
      note.textContent = "Refreshed every 5 seconds.";
      var newest = live.firstElementChild.getAttribute("data-version");
      return newest === version ? null : get("./").then(replaceReport);
    }).catch(function () {
      note.textContent = "The coordinator does not answer: this is the last that is known.";
    }).then(function () { setTimeout(refresh, 5000); });
  }

  refresh();
})();
