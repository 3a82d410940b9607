// The ways in beside writing: a code from paper, a personal link out of LINE. Part of chat.js when served (CMakeLists.txt).
//
// `page` shows a problem(key), learns by entered() that she is in, and says whether it isOver().
function tsunagiArrival(wire, page) {
  'use strict';

  var againMs = 1000;      // then twice as long each time, as what she wrote
  var againMsMax = 30000;

  function byCode(code) {
    page.problem('');
    wire.enter({ code: code }, function (status) {
      if (wire.isOpen()) return page.entered();
      if (status === 404) return page.problem('return.unknown');
      page.problem(status === 429 ? 'problem.wait' : 'problem.no_connection');
    });
  }

  // The link opens once and stands in no address any more. Where the network is bad it is tried until it has opened or is refused,
  // and what she writes meanwhile waits for it (wire.comeBy): no second person begins.
  function byLink() {
    if (page.isOver()) return;
    wire.withVisit(function () { page.problem(''); page.entered(); }, function (status) {
      if (status === 404) return page.problem('return.door_closed');
      page.problem(status === 429 ? 'problem.wait' : 'standing.away');
      setTimeout(byLink, againMs);
      againMs = Math.min(againMsMax, 2 * againMs);
    });
  }

  // Takes the link's secret out of the address, before anything else; begin() when there are words to speak with.
  var secret = location.hash.replace(/^#/, '');
  if (secret) history.replaceState(null, '', location.pathname);
  var isLink = /^[0-9A-Z]{20,64}$/.test(secret);
  if (isLink) wire.comeBy(secret);

  return { byCode: byCode, begin: function () { if (isLink) byLink(); } };
}

