#pragma once
#include "bot/risk/view.h"

namespace tsunagi::bot {

/// Makes `kana` of a `text` view whose Latin letters are Japanese (shinitai, sinitai, kodomo wo tsurete): the letters in
/// hiragana, each from the code points of its syllable, words not parted. Stays empty where there are few Latin letters or most
/// of them make no Japanese syllables. Hepburn and Kunrei, as phones and keyboards take them. Pure.
void make_kana(const View& text, View& kana);

}  // namespace tsunagi::bot
