// The way to the server: the visit's token, requests, and what is new. The token is here and nowhere else. Knows nothing of the
// screen; part of chat.js when served (CMakeLists.txt).
//
// `page` tells what it knows() ({seq, holder, writing}), is given what it is to hear(talk), learns by quiet() that nothing comes just now
// and by over() that the visit is over.
function tsunagiWire(base, page) {
  'use strict';

  var requestLimitMs = 20000;
  var pollLimitMs = 30000;
  var bytesLimitMs = 60000;      // a megabyte on a slow phone
  var firstWordMs = 8000;
  var silenceLimitMs = 45000;    // the server speaks at least every 15 s
  var lookMs = 5000;
  var tellAgainMs = 4000;

  var visit = null;      // the token
  var opening = null;    // callbacks that wait for it
  var door = '';         // of a personal link out of LINE: the way in, until it has opened or is refused
  var socket = null;
  var socketHeard = 0;   // when it was last heard, or opened
  var socketFailures = 0;
  var lastHeard = 0;
  var polling = null;
  var liveTimer = 0;
  var isEnded = false;

  function call(method, path, content, limitMs) {
    var made = new XMLHttpRequest();
    made.open(method, path);
    made.timeout = limitMs;
    if (visit) made.setRequestHeader('X-Tsunagi-Visit', visit);
    if (content !== null) made.setRequestHeader('Content-Type', 'application/json');
    return made;
  }

  function ask(method, path, content, limitMs, done) {
    var made = call(method, base + path, content, limitMs);
    made.onloadend = function () {
      if (isEnded) return;
      var value = {};
      try { value = JSON.parse(made.responseText) || {}; } catch (broken) { value = {}; }
      done(made.status, value);
    };
    made.send(content === null ? null : JSON.stringify(content));
    return made;
  }
  function request(method, path, content, done) { return ask(method, path, content, requestLimitMs, done); }

  // Sends `message` until it is kept, while it isStill meant: a language that was lost on the way could not be chosen again where it
  // stands chosen. Before her first words have arrived nothing is kept.
  function tell(message, isStill) {
    if (!visit || !isStill()) return;
    request('POST', '/messages', message, function (status, value) {
      if (value.kept) return listen();
      if (status === 200 || status === 0 || status === 429 || status >= 500) setTimeout(function () { tell(message, isStill); }, tellAgainMs);
    });
  }

  // The bytes at `url`, one of our own: done(status, blob). What is returned can be aborted.
  function bytes(url, done) {
    var made = call('GET', url, null, bytesLimitMs);
    made.responseType = 'blob';
    made.onloadend = function () { if (!isEnded) done(made.status, made.response); };
    made.send(null);
    return made;
  }

  var letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  function newId() {  // a ULID
    var text = '';
    var rest = Date.now();
    for (var i = 0; i < 10; i += 1) { text = letters.charAt(rest % 32) + text; rest = Math.floor(rest / 32); }
    var bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    for (var j = 0; j < 16; j += 1) text += letters.charAt(bytes[j] % 32);
    return text;
  }

  // ------------------------------------------------------------------ the visit

  function withVisit(go, failed) {
    if (visit) return go();
    if (opening) return opening.push([go, failed]);
    opening = [[go, failed]];
    enter(door ? { door: door } : {}, function (status) {
      var waiting = opening;
      opening = null;
      waiting.forEach(function (pair) { if (visit) pair[0](); else pair[1](status); });
    });
  }

  function enter(how, done) {
    request('POST', '/visits', how, function (status, value) {
      if (status === 201) visit = value.visit;
      if (how.door && (visit || status === 404)) door = '';
      done(status, value);
      if (visit) listen();
    });
  }

  // ------------------------------------------------------------------ hearing: a WebSocket, or asking again and again

  function hear(talk) {
    lastHeard = Date.now();
    page.hear(talk);
  }

  function listen() {
    if (socket || polling || !visit || isEnded) return;
    clearTimeout(liveTimer);
    if (!('WebSocket' in window) || socketFailures >= 2) return poll();
    var isOpen = false;
    var mine;
    try { mine = new WebSocket(location.origin.replace(/^http/, 'ws') + base + '/live'); } catch (refused) { socketFailures = 2; return poll(); }
    socket = mine;
    socketHeard = Date.now();
    var tooSlow = setTimeout(function () {  // something on the way swallows it: ask instead
      if (socket !== mine) return;          // the clock of a phone that slept, whose line was given up meanwhile
      socketFailures = 2;
      drop();
    }, firstWordMs);
    mine.onopen = function () { mine.send(JSON.stringify({ visit: visit, after: page.knows().seq })); };
    mine.onmessage = function (event) {
      clearTimeout(tooSlow);
      isOpen = true;
      socketHeard = Date.now();
      socketFailures = 0;
      var talk;
      try { talk = JSON.parse(event.data); } catch (broken) { return; }
      if (talk.kind === 'over') return page.over();
      hear(talk);
    };
    mine.onclose = function () {
      clearTimeout(tooSlow);
      if (socket !== mine) return;
      socket = null;
      if (isEnded) return;
      if (!isOpen) socketFailures += 1;
      liveTimer = setTimeout(listen, isOpen ? 500 + Math.random() * 1500 : 1000);
    };
  }

  // A line can die without a word, when a phone slept or changed its network: no browser tells of that for minutes.
  function look() {
    if (Date.now() - socketHeard > silenceLimitMs) drop();
  }
  function drop() {
    if (!socket) return;
    var dead = socket;
    socket = null;
    dead.close();  // it may take its time over that
    listen();
  }
  setInterval(look, lookMs);
  document.addEventListener('visibilitychange', look);

  function poll() {
    var known = page.knows();
    var path = '/poll?after=' + known.seq + '&holder=' + (lastHeard ? known.holder : '') + '&writing=' + known.writing;
    polling = ask('GET', path, null, pollLimitMs, function (status, value) {
      polling = null;
      if (status === 401) return page.over();
      if (status === 200) {
        if (!value.kind) value.kind = 'beat';
        hear(value);
        return poll();
      }
      liveTimer = setTimeout(listen, 3000 + Math.random() * 2000);
      page.quiet();
    });
  }

  // ------------------------------------------------------------------ the end

  // Forgets the token and tells the server; nothing is asked or heard any more.
  // `unsent`: what she sent and the server has not said to have kept; it goes with the farewell, for the page does not live to try again.
  function end(unsent) {
    isEnded = true;
    var token = visit;
    visit = null;
    clearTimeout(liveTimer);
    if (socket) { var old = socket; socket = null; old.close(); }
    if (polling) { var last = polling; polling = null; last.abort(); }
    if (token && navigator.sendBeacon) navigator.sendBeacon(base + '/leave', [token].concat(unsent.map(function (one) { return JSON.stringify(one); })).join('\n'));
  }

  return {
    request: request, bytes: bytes, tell: tell, newId: newId, withVisit: withVisit, enter: enter, listen: listen, end: end,
    comeBy: function (link) { door = link; },
    isOpen: function () { return Boolean(visit); },
    isAway: function () { return Boolean(visit && lastHeard && Date.now() - lastHeard > silenceLimitMs); }
  };
}

