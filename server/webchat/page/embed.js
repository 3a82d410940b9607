// <script src="https://HOST/chat/DESK/embed.js" defer></script> on a city's site: a button that opens the chat in a frame and folds it
// away again, with the talk in it. The desk's web_chat.frame_ancestors must name that site. Leaving the chat quickly leaves the whole
// page, whether the keys are pressed in the frame or beside it.
(function () {
  'use strict';
  var script = document.currentScript;
  if (!script) return;
  var address = script.src.replace(/\/embed\.js.*$/, '');
  var origin = address.replace(/^(https?:\/\/[^/]+).*$/, '$1');
  var language = script.getAttribute('data-language') || document.documentElement.lang || '';
  var frame = null;
  var isShown = false;
  var exitTo = '';       // where the desk's quick exit leads
  var lastEsc = 0;
  var escTwiceMs = 1200;

  var button = document.createElement('button');
  button.type = 'button';
  button.textContent = script.getAttribute('data-label') || '…';
  button.setAttribute('aria-expanded', 'false');
  button.style.cssText = 'position:fixed;right:16px;bottom:16px;z-index:2147483646;min-height:48px;padding:8px 20px;border:0;' +
    'border-radius:24px;background:#1f5c4d;color:#fff;font:16px sans-serif;cursor:pointer;box-shadow:0 2px 8px rgba(0,0,0,.3)';
  var labels = { open: button.textContent, close: '×' };

  // Folded away, not closed: what was said is in the frame alone, and she may have no code to come back by.
  function show(on) {
    if (on && !frame) begin();
    isShown = on;
    frame.style.display = on ? 'block' : 'none';
    button.textContent = on ? labels.close : labels.open;
    button.setAttribute('aria-expanded', on ? 'true' : 'false');
  }
  function begin() {
    frame = document.createElement('iframe');
    frame.src = address + (language ? '?language=' + encodeURIComponent(language) : '');
    frame.title = labels.open;
    frame.referrerPolicy = 'no-referrer';
    frame.style.cssText = 'position:fixed;right:8px;bottom:76px;z-index:2147483647;width:calc(100% - 16px);max-width:420px;' +
      'height:calc(100% - 90px);max-height:680px;border:1px solid #888;border-radius:12px;background:#fff;box-shadow:0 4px 16px rgba(0,0,0,.3)';
    document.body.appendChild(frame);
  }
  function leave(to) {
    document.documentElement.style.display = 'none';
    if (/^https:\/\//.test(to)) location.replace(to);
  }
  button.addEventListener('click', function () { show(!isShown); });
  window.addEventListener('message', function (event) {
    if (event.origin !== origin || !event.data || event.data.tsunagi !== 'leave') return;
    leave(event.data.to);
  });
  document.addEventListener('keydown', function (event) {  // of this page: what is pressed in the frame is heard there
    if (!isShown || (event.key !== 'Escape' && event.key !== 'Esc')) return;
    var now = Date.now();
    if (now - lastEsc < escTwiceMs) leave(exitTo);
    lastEsc = now;
  });

  var call = new XMLHttpRequest();
  call.open('GET', address + '/words' + (language ? '?language=' + encodeURIComponent(language) : ''));
  call.onload = function () {
    try {
      var value = JSON.parse(call.responseText);
      var texts = value.texts;
      exitTo = value.exit;
      labels.open = script.getAttribute('data-label') || texts['embed.open'];
      labels.close = texts['embed.close'];
      button.textContent = isShown ? labels.close : labels.open;
    } catch (broken) { /* the label stays as it was */ }
  };
  call.timeout = 20000;
  call.send();
  document.body.appendChild(button);
}());
