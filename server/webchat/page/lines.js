// What a line of the talk looks like. Knows nothing of the visit; part of chat.js when served (CMakeLists.txt).
var tsunagiLines = (function () {
  'use strict';

  function make(tag, className, text) {
    var element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function clear(element) { while (element.firstChild) element.removeChild(element.firstChild); }

  function twoDigits(number) { return (number < 10 ? '0' : '') + number; }
  function clock(ms) { var time = new Date(ms); return time.getHours() + ':' + twoDigits(time.getMinutes()); }

  function addText(place, text) {  // links can be opened, and nothing else is more than text
    var pattern = /https:\/\/[^\s<>"'、。）」]+/g;
    var from = 0;
    var found = pattern.exec(text);
    while (found) {
      place.appendChild(document.createTextNode(text.slice(from, found.index)));
      var link = make('a', '', found[0]);
      link.href = found[0];
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
      place.appendChild(link);
      from = found.index + found[0].length;
      found = pattern.exec(text);
    }
    place.appendChild(document.createTextNode(text.slice(from)));
  }

  // When it was and how it stands with it: a key of the words and its text, which changes when other words come.
  function showState(line, key, text) {
    line.meta.textContent = clock(line.when);
    if (!key) return;
    var state = make('span', '', text);
    state.dataset.text = key;
    line.meta.appendChild(document.createTextNode(' '));
    line.meta.appendChild(state);
  }

  // A line at the end of the talk, without its state. `from` is me, bot or staff.
  function addLine(from, name, text, when) {
    var line = make('div', 'line ' + from);
    line.appendChild(make('p', from === 'me' ? 'who unseen' : 'who', name));
    if (text) {
      var bubble = make('div', 'bubble');
      addText(bubble, text);
      line.appendChild(bubble);
    }
    var meta = make('p', 'meta', clock(when));
    line.appendChild(meta);
    document.getElementById('talk').appendChild(line);
    return { line: line, meta: meta, when: when };
  }

  // A programme or a list of telephone numbers, into the line. A button that is no link calls `tap(data, label)`.
  function addCard(line, card, tap) {
    var place = make('div', 'card');
    place.appendChild(make('p', 'title', card.title));
    if (card.text) { var text = make('p'); addText(text, card.text); place.appendChild(text); }
    if (card.rows.length) {
      var list = make('dl');
      card.rows.forEach(function (row) {
        list.appendChild(make('dt', '', row.label));
        var value = make('dd');
        addText(value, row.text);
        list.appendChild(value);
      });
      place.appendChild(list);
    }
    card.buttons.forEach(function (button) {
      if (button.uri) {
        var link = make('a', 'link', button.label);
        link.href = button.uri;
        if (button.uri.indexOf('https:') === 0) { link.target = '_blank'; link.rel = 'noopener noreferrer'; }
        place.appendChild(link);
      } else {
        var answer = make('button', 'plain', button.label);
        answer.type = 'button';
        answer.onclick = function () { tap(button.data, button.label); };
        place.appendChild(answer);
      }
    });
    line.insertBefore(place, line.lastChild);
  }

  return { make: make, clear: clear, addLine: addLine, addCard: addCard, showState: showState };
}());

