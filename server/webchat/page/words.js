// What the page says, in the language she chose. Part of chat.js when served (CMakeLists.txt).
// `first` is the body's data: the page stands in its first language until words have come, and works all the same.
// `came` is called whenever they have come, `failed` when they could not be had: then they are asked for again.
function tsunagiWords(request, first, came, failed) {
  'use strict';

  var againMs = 2000;     // then twice as long each time, as what she wrote
  var againMsMax = 30000;
  var texts = { 'problem.no_connection': first.noConnection };
  var language = first.language;
  var areThere = false;
  var asked = 0;  // the last language asked for wins, however late an earlier one comes

  function say(key) { return texts[key] || ''; }

  function each(selector, change) { Array.prototype.forEach.call(document.querySelectorAll(selector), change); }

  function showAll() {
    each('[data-text]', function (element) { if (say(element.dataset.text)) element.textContent = say(element.dataset.text); });
    each('[data-label]', function (element) { if (say(element.dataset.label)) element.setAttribute('aria-label', say(element.dataset.label)); });
    each('[data-hint]', function (element) { element.placeholder = say(element.dataset.hint); });
  }

  function offerLanguages(languages) {
    var select = document.getElementById('language');
    tsunagiLines.clear(select);
    languages.forEach(function (one) {
      var option = tsunagiLines.make('option', '', one.name);
      option.value = one.id;
      option.lang = one.html_language;
      option.selected = one.id === language;
      select.appendChild(option);
    });
  }

  function load(wanted, then) {
    asked += 1;
    var turn = asked;
    request('GET', '/words?language=' + encodeURIComponent(wanted), null, function (status, value) {
      if (turn !== asked) return then && then();
      if (status === 200) {
        areThere = true;
        texts = value.texts;
        language = value.language;
        document.documentElement.lang = value.html_language;
        offerLanguages(value.languages);
        showAll();
        came();
      } else {
        failed();
        document.getElementById('language').value = language;  // not the one that did not come
        if (!areThere) setTimeout(function () { if (turn === asked) load(wanted); }, againMs);
        againMs = Math.min(againMsMax, againMs * 2);
      }
      if (then) then();
    });
  }

  return { say: say, load: load, language: function () { return language; } };
}
