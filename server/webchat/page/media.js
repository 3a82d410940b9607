// Pictures and files that a counselor sent. Their bytes come with the visit's token, live in this page's memory alone, and are
// let go by forget(). Part of chat.js when served (CMakeLists.txt).
//
// `fetchBytes(url, done(status, blob))` brings them; `say(key)` has the words; `grew()` is called when a picture has got its height.
// Links go under `ours` alone.
function tsunagiMedia(ours, fetchBytes, say, grew) {
  'use strict';

  var make = tsunagiLines.make;
  var made = [];     // addresses in this page's memory, to be let go
  var calls = [];    // on their way
  var unseen = null; // waits until a picture comes near the screen
  var ahead = '300px';

  function bring(url, done) {
    var call = fetchBytes(url, function (status, blob) {
      calls = calls.filter(function (other) { return other !== call; });
      if (status !== 200 || !blob) return done(status, '');
      var address = URL.createObjectURL(blob);
      made.push(address);
      done(status, address);
    });
    calls.push(call);
  }

  function sizeText(bytes) {
    if (bytes < 1000000) return Math.max(1, Math.round(bytes / 1000)) + ' KB';
    return (bytes / 1000000).toFixed(1) + ' MB';
  }

  // Instead of `old`, keeping the focus there when it was.
  function replace(old, fresh) {
    if (!old.parentNode) return;
    var hadFocus = old === document.activeElement;
    old.parentNode.replaceChild(fresh, old);
    if (hadFocus) fresh.focus();
  }

  function tellGone(old) {
    var gone = make('p', 'note', say('media.gone'));
    gone.tabIndex = -1;
    replace(old, gone);
  }

  function button(text, tapped) {
    var shown = make('button', 'plain', text);
    shown.type = 'button';
    shown.onclick = function () { tapped(shown); };
    return shown;
  }

  // ------------------------------------------------------------------ pictures: shown when they come near the screen

  function showPicture(item, place) {
    bring(item.url, function (status, address) {
      if (status === 404) return tellGone(place);
      if (status !== 200) {
        return replace(place, button(say('media.again'), function (shown) {
          var again = make('p', 'note picture', say('media.loading'));
          replace(shown, again);
          showPicture(item, again);
        }));
      }
      var picture = make('img');
      picture.alt = say('media.image') + ' ' + item.name;
      picture.onload = grew;
      picture.src = address;
      replace(place, picture);
    });
  }

  function watch(place, begin) {
    if (!('IntersectionObserver' in window)) return begin();
    if (!unseen) {
      unseen = new IntersectionObserver(function (sights) {
        sights.forEach(function (sight) {
          if (!sight.isIntersecting || !sight.target.tsunagiBegin) return;
          unseen.unobserve(sight.target);
          sight.target.tsunagiBegin();
        });
      }, { root: document.getElementById('main'), rootMargin: ahead });
    }
    place.tsunagiBegin = begin;
    unseen.observe(place);
  }

  // ------------------------------------------------------------------ files: brought when she asks for one

  // The first tap brings it; where a browser cannot save by itself, the second opens it.
  function showFile(item, shown) {
    shown.disabled = true;
    bring(item.url, function (status, address) {
      if (status === 404) return tellGone(shown);
      shown.disabled = false;
      if (status !== 200) { shown.textContent = fileText(item) + ' ' + say('media.again'); return; }
      var link = make('a', 'link', fileText(item));
      link.href = address;
      link.rel = 'noopener noreferrer';
      if ('download' in link) link.download = item.name; else link.target = '_blank';
      replace(shown, link);
      if ('download' in link) link.click();
      else link.focus();
    });
  }
  function fileText(item) { return item.name + ' (' + sizeText(item.size) + ')'; }

  // ------------------------------------------------------------------ what chat.js calls

  // Into `line`, above its last row, in place of the words of the entry.
  function add(line, item) {
    if (item.url.indexOf(ours) !== 0) return;
    var place = make('div', 'media');
    if (item.kind === 'image') {
      var waiting = make('p', 'note picture', say('media.loading'));
      place.appendChild(waiting);
      watch(waiting, function () { showPicture(item, waiting); });
    } else {
      place.appendChild(make('p', 'note', say('media.file')));
      place.appendChild(button(fileText(item), function (shown) { showFile(item, shown); }));
    }
    line.insertBefore(place, line.lastChild);
  }

  function forget() {
    if (unseen) { unseen.disconnect(); unseen = null; }
    var left = calls;
    calls = [];
    left.forEach(function (call) { call.abort(); });
    made.forEach(function (address) { URL.revokeObjectURL(address); });
    made = [];
  }

  return { add: add, forget: forget };
}

