// The chat page. Everything it knows is in the variables below: no cookie, no storage, no cache, no worker. Closing the page
// ends the visit; a code written on paper leads back. Written for phones of 2018 (Chrome 70, Safari 12).
(function () {
  'use strict';

  var body = document.body;
  var base = '/chat/' + body.dataset.desk;
  var exitTo = body.dataset.exit;
  var deskName = document.getElementById('desk-name').textContent;
  var escTwiceMs = 1200;
  var textMax = 5000;            // as the server's; a longer one stays in the box whole, for a browser would cut it without a word
  var near = 120;                // pixels from the end within which new lines are followed
  var placedAt = -10;            // where we scrolled to last: followed, too, while she has not moved
  var placedLine = null;         // whose beginning that was; null: the end

  var seq = 0;
  var holder = '';
  var writing = 0;       // when a counselor was last writing, as the server told
  var writingTimer = 0;
  var seen = {};         // seq of the lines shown
  var queue = [];        // what is on its way, oldest first
  var isSending = false;
  var resendTimer = 0;
  var resendMs = 1000;
  var hasCode = false;
  var chosenLanguage = false;
  var talkLanguage = ''; // the bot's; it may change by what she writes
  var problemKey = '';   // of the words that stand at 'problem'
  var lastEsc = 0;
  var isVeiled = false;  // hidden, but something of hers is still on its way
  var isOver = false;
  var isHarmless = false;  // her safe word came: somebody else may hold this screen

  var wire = tsunagiWire(base, {
    knows: function () { return { seq: seq, holder: holder, writing: writing }; },
    hear: hear,
    quiet: showStanding,
    over: function () { lock(true); }
  });
  var request = wire.request;
  var words = tsunagiWords(request, body.dataset, showWords, function () { problem('problem.no_connection'); });
  var say = words.say;
  var media = tsunagiMedia(base + '/media/', wire.bytes, say, stayPlaced);
  var idle = tsunagiIdle(Number(body.dataset.idleMinutes) * 60000, {
    isOpen: function () { return wire.isOpen() && !isVeiled; },
    ask: function (on) { show(at('idle-warning'), on && !isHarmless); },  // it speaks of a talk and of a code
    lock: function () { lock(); }
  });
  var arrival = tsunagiArrival(wire, {
    problem: problem,
    entered: function () { show(at('intro'), false); at('typed-code').value = ''; at('text').focus(); },
    isOver: function () { return isOver; }
  });
  var newId = wire.newId;
  var make = tsunagiLines.make;
  var clear = tsunagiLines.clear;

  function at(id) { return document.getElementById(id); }
  function show(element, on) { element.hidden = !on; }

  // ------------------------------------------------------------------ words

  // Words have come: the first, or those of another language.
  function showWords() {
    problem(problemKey === 'problem.no_connection' ? '' : problemKey);
    showStanding();
    if (!seq && !queue.length) showChoices(startChoices());
  }
  function startChoices() {
    return ['start.heard', 'start.unknown', 'start.human'].map(function (key) { return { label: say(key), text: say(key) }; })
      .filter(function (choice) { return choice.label; });
  }

  // ------------------------------------------------------------------ what stands below the talk

  function problem(key) {
    if (isVeiled || isOver) return;  // the veil says what there is to say
    problemKey = key;
    var place = at('problem');
    var text = say(key);
    if (place.textContent !== text) place.textContent = text;
    show(place, Boolean(text));
  }
  function showStanding() {
    var isAway = wire.isAway();
    var text = isAway ? say('standing.away') : holder ? say('standing.' + holder) : '';
    if (at('status').textContent !== text) at('status').textContent = text;
    show(at('waiting'), holder !== 'queue' && holder !== 'staff' && queue.length > 0 && !isAway);
  }

  // For `ms`, and no longer than until the words are there. Never read aloud: it would talk over what she reads or writes.
  function showWriting(ms) {
    clearTimeout(writingTimer);
    show(at('writing'), ms > 0);
    if (ms > 0) writingTimer = setTimeout(function () { showWriting(0); }, ms);
  }

  // ------------------------------------------------------------------ what the server tells

  function showState(line, key) { tsunagiLines.showState(line, key, key && say(key)); }
  function addLine(from, name, text, when, stateKey) {
    var added = tsunagiLines.addLine(from, name, text, when);
    showState(added, stateKey);
    show(at('intro'), false);
    if (from === 'me') at('main').scrollTop = at('main').scrollHeight;
    return added;
  }

  function showChoices(list) {
    var place = at('choices');
    var hadFocus = place.contains(document.activeElement);
    clear(place);
    list.forEach(function (choice) {
      var button = make('button', '', choice.label);
      button.type = 'button';
      button.onclick = function () { send(choice.text ? { text: choice.text } : { data: choice.data }, choice.label); };
      place.appendChild(button);
    });
    if (hadFocus) at('text').focus();
  }

  function take(entry) {
    if (seen[entry.seq]) return null;
    seen[entry.seq] = true;
    if (entry.from === 'me') {
      for (var i = 0; i < queue.length; i += 1) if (queue[i].id === entry.id) { settle(queue[i]); return null; }
      if (entry.id && settled[entry.id]) return null;
    }
    var name = entry.from === 'me' ? say('who.me') : entry.from === 'bot' ? say('who.bot')
      : say('who.staff') + (entry.name ? ' ' + entry.name : '');
    var text = entry.cards || entry.media ? '' : entry.text || (entry.kind ? say('kind.' + entry.kind) : '');
    var added = addLine(entry.from, name, text, entry.at, entry.from === 'me' ? 'state.kept' : '');
    (entry.cards || []).forEach(function (card) {
      tsunagiLines.addCard(added.line, card, function (data, label) { send({ data: data }, label); });
    });
    if (entry.media) media.add(added.line, entry.media);
    if (entry.from === 'staff') showWriting(0);
    showChoices(entry.choices || []);
    return added.line;
  }

  // An answer is read from its beginning; a talk she comes back to, from its end.
  function placeAt(line) {
    var main = at('main');
    placedLine = line;
    main.scrollTop = line ? line.offsetTop - main.offsetTop - 8 : main.scrollHeight;
    placedAt = main.scrollTop;
  }
  function stayPlaced() { if (Math.abs(at('main').scrollTop - placedAt) < 2) placeAt(placedLine); }

  // Nothing that stands here may tell what it was about, and no code may lead back to it.
  function turnHarmless(on) {
    isHarmless = on;
    at('desk-name').textContent = on ? document.title : deskName;
    show(at('code-button'), !on);
    if (!on) return;
    clearScreen();
    ['intro', 'code-hint', 'code-panel', 'bell-row', 'idle-warning'].forEach(function (id) { show(at(id), false); });
  }

  function hear(talk) {
    if (isVeiled) return;
    if (talk.kind === 'writing') { writing = talk.at; showWriting(talk.shown_ms); }
    if (talk.kind !== 'talk') return showStanding();
    if (Boolean(talk.harmless) !== isHarmless) turnHarmless(!isHarmless);
    if (talk.language && talk.language !== talkLanguage && talk.language !== words.language() && !chosenLanguage) words.load(talk.language);
    talkLanguage = talk.language || talkLanguage;
    holder = talk.holder;
    if (holder !== 'staff') showWriting(0);
    // Whoever waits may put the phone away for longer than the page stays open: she is told how to come back.
    if (holder === 'queue' && !hasCode) show(at('code-hint'), true);
    var main = at('main');
    var isFollowing = main.scrollHeight - main.scrollTop - main.clientHeight < near || Math.abs(main.scrollTop - placedAt) < 2;
    var fresh = talk.entries.map(take).filter(Boolean);
    if (fresh.length && isFollowing) placeAt(seq || fresh.length < 8 ? fresh[0] : null);
    seq = Math.max(seq, talk.seq);
    if (talk.bell !== undefined) {
      show(at('bell-row'), true);
      at('bell').checked = talk.bell;
    }
    showStanding();
  }

  // ------------------------------------------------------------------ sending

  var settled = {};  // ids the server has on disk
  function settle(message) {
    settled[message.id] = true;
    queue = queue.filter(function (other) { return other !== message; });
    message.shown.meta.className = 'meta';
    showState(message.shown, 'state.kept');
    showStanding();
    if (isVeiled && !queue.length) { wipe(); tellUnsent(''); }
  }

  function send(content, label) {
    var message = { id: newId(), content: content, label: label };
    message.shown = addLine('me', say('who.me'), label, Date.now(), 'state.sending');
    queue.push(message);
    showChoices([]);
    showStanding();
    sendNext();
  }

  function giveBack(message, problemOf) {  // it will never be taken as it is: back into the box
    queue = queue.filter(function (other) { return other !== message; });
    if (isVeiled) { wipe(); return tellUnsent('locked.lost'); }
    if (message.shown.line.parentNode) message.shown.line.parentNode.removeChild(message.shown.line);
    var box = at('text');
    if (message.content.text) box.value = message.content.text + (box.value ? '\n' + box.value : '');
    problem(problemOf);
    showStanding();
  }

  function asSent(message) {
    var content = { id: message.id, language: words.language() };
    Object.keys(message.content).forEach(function (key) { content[key] = message.content[key]; });
    return content;
  }

  function sendNext() {
    if (isSending || !queue.length || isOver) return;
    isSending = true;
    clearTimeout(resendTimer);
    wire.withVisit(function () {
      var message = queue[0];
      if (!message) { isSending = false; return; }
      request('POST', '/messages', asSent(message), function (status, value) {
        isSending = false;
        if (status === 200) {
          resendMs = 1000;
          problem('');
          settle(message);
          wire.listen();
          return sendNext();
        }
        if (status === 401) return lock(true);
        if (status === 422 && value.code === 'text_too_long') { giveBack(message, 'problem.too_long'); return sendNext(); }
        if (status === 400 || status === 403 || status === 413 || status === 422) { giveBack(message, 'problem.refused'); return sendNext(); }
        keepTrying(status === 429 ? 'problem.too_often' : 'problem.waiting');
      });
    }, function (status) {
      isSending = false;
      if (status === 404) { while (queue.length) giveBack(queue[queue.length - 1], 'return.door_closed'); return; }
      keepTrying(status === 429 ? 'problem.too_often' : 'problem.waiting');
    });
  }

  // Out of the tunnel: what waits goes at once and not at its next try, half a minute later.
  function tryNow() {
    resendMs = 1000;
    sendNext();
  }

  function keepTrying(problemOf) {
    queue.forEach(function (message) {
      message.shown.meta.className = 'meta wrong';
      showState(message.shown, 'state.waiting');
    });
    problem(problemOf);
    resendTimer = setTimeout(sendNext, resendMs);
    resendMs = Math.min(30000, resendMs * 2);
  }

  // ------------------------------------------------------------------ leaving

  function clearScreen() {
    media.forget();
    showWriting(0);
    clear(at('talk'));
    clear(at('choices'));
    at('code').textContent = '';
    at('text').value = '';
    at('typed-code').value = '';
  }

  // Forgets everything: the page's memory and what it shows.
  function wipe() {
    var unsent = queue.map(asSent);
    isOver = true;
    queue = [];
    seen = {};
    settled = {};
    clearTimeout(resendTimer);
    clearScreen();
    wire.end(unsent);
  }

  function leave() {
    wipe();
    body.hidden = true;
    if (window.parent !== window) window.parent.postMessage({ tsunagi: 'leave', to: exitTo }, '*');
    // A site without our embed.js does not hear that.
    try { if (window.top !== window) window.top.location.replace(exitTo); } catch (forbidden) { /* this frame goes alone */ }
    location.replace(exitTo);
  }

  function tellUnsent(key) {
    at('locked-unsent').textContent = say(key);
    show(at('locked-unsent'), Boolean(key));
  }

  // Hides the talk and ends the visit: after a long silence, or when the server says that it is over (`isRefused`). What
  // is still on its way is sent behind the veil, unless the server takes nothing more; either way she is told.
  function lock(isRefused) {
    if (isHarmless) return leave();  // the veil, too, speaks of a code
    tellUnsent(queue.length ? isRefused ? 'locked.lost' : 'locked.unsent' : '');
    isVeiled = !isRefused && queue.length > 0;
    if (isVeiled) clearScreen(); else wipe();
    ['main', 'composer', 'standing', 'problem', 'idle-warning', 'code-button', 'language'].forEach(function (id) { show(at(id), false); });
    show(at('locked'), true);
    at('locked-title').focus();
  }

  // ------------------------------------------------------------------ what she touches

  function submitText() {
    var box = at('text');
    var text = box.value.replace(/^\s+|\s+$/g, '');
    if (!text) return box.focus();
    if (text.length > textMax) return problem('problem.too_long');
    box.value = '';
    problem('');
    send({ text: text }, text);
    box.focus();
  }

  at('composer').addEventListener('submit', function (event) { event.preventDefault(); submitText(); });
  at('text').addEventListener('keydown', function (event) {
    if (event.isComposing || event.keyCode === 229) return;  // this Enter confirms kanji
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); submitText(); }
  });
  at('return').addEventListener('submit', function (event) {
    event.preventDefault();
    var code = at('typed-code').value;
    if (code) arrival.byCode(code);
  });
  function showCode() {
    problem('');
    if (!wire.isOpen()) return problem('code.nothing_yet');
    request('POST', '/code', {}, function (status, value) {
      if (status === 401) return lock(true);
      if (status === 409) return problem('code.nothing_yet');
      if (status !== 200) return problem(status === 429 ? 'problem.wait' : 'problem.no_connection');
      at('code').textContent = value.code;
      hasCode = true;
      show(at('code-hint'), false);
      show(at('code-panel'), true);
      at('code-title').focus();
      at('code-panel').scrollIntoView();
    });
  }
  at('code-button').addEventListener('click', showCode);
  at('code-hint-button').addEventListener('click', showCode);
  at('code-close').addEventListener('click', function () {
    at('code').textContent = '';
    show(at('code-panel'), false);
    at('code-button').focus();
  });
  at('bell').addEventListener('change', function () {
    var wanted = at('bell').checked;
    request('POST', '/bell', { on: wanted }, function (status) {
      if (status === 200) return;
      at('bell').checked = !wanted;
      problem('problem.no_connection');
    });
  });
  at('language').addEventListener('change', function () {
    chosenLanguage = true;
    var wanted = at('language').value;
    words.load(wanted, function () {  // what she has not begun to send goes in this language anyhow
      wire.tell({ id: newId(), switch_to: wanted }, function () { return words.language() === wanted && Boolean(seq || isSending); });
    });
  });
  at('exit').addEventListener('click', leave);
  at('again').addEventListener('click', function () { location.reload(); });
  at('idle-stay').addEventListener('click', function () { idle.stay(); at('text').focus(); });
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape' && event.key !== 'Esc') return;
    if (event.isComposing || event.keyCode === 229) return;  // this one takes back a kanji conversion
    var now = Date.now();
    if (now - lastEsc < escTwiceMs) leave();
    lastEsc = now;
  });
  window.addEventListener('online', tryNow);
  window.addEventListener('pagehide', function () { if (!isOver) { wipe(); body.hidden = true; } });
  window.addEventListener('pageshow', function (event) { if (event.persisted) location.reload(); });
  // Where a keyboard covers the page and does not resize it (iPhones), the way out would be pushed off the screen.
  var sight = window.visualViewport;
  if (sight) sight.addEventListener('resize', function () {
    if (sight.scale > 1) return;  // she looks closer
    body.style.height = sight.height + 'px';
    window.scrollTo(0, 0);
  });
  setInterval(showStanding, 5000);  // how long nothing was heard

  // ------------------------------------------------------------------ begin

  words.load(words.language(), arrival.begin);
}());
