// How long nobody touched the page. Part of chat.js when served (CMakeLists.txt).
//
// While page.isOpen(), page.lock() is called after `limitMs` without a touch, and page.ask(true) a minute before. Once she is
// asked, only her answer (stay()) or a key counts: a question that vanished under her finger would hit what is below.
function tsunagiIdle(limitMs, page) {
  'use strict';

  var noticeMs = 60000;
  var lookMs = 5000;
  var lastTouch = Date.now();
  var isAsking = false;

  function quietMs() { return page.isOpen() ? Date.now() - lastTouch : 0; }
  function ask(on) {
    isAsking = on;
    page.ask(on);
  }
  function look() {
    if (quietMs() >= limitMs) return page.lock();
    if (quietMs() >= limitMs - noticeMs) ask(true);
  }
  // A phone that slept ran no timer: whoever wakes it finds the talk hidden, and no touch takes that back.
  function touch(counts) {
    look();
    if (quietMs() >= limitMs || !counts) return;
    lastTouch = Date.now();
    if (isAsking) ask(false);
  }
  function stay() { touch(true); }

  document.addEventListener('keydown', stay);
  document.addEventListener('visibilitychange', look);
  ['mousedown', 'mousemove', 'touchstart', 'wheel'].forEach(function (name) {
    document.addEventListener(name, function () { touch(!isAsking); }, { passive: true });
  });
  setInterval(look, lookMs);

  return { stay: stay };
}
