#include "bot/base/text.h"

#include "bot/base/json_escapes.h"

#include <doctest/doctest.h>

#include <string>

using namespace tsunagi;

TEST_CASE("text: LINE counts UTF-16 units, so a rare kanji and an emoji are two")
{
    CHECK(utf16_length("") == 0);
    CHECK(utf16_length("abc") == 3);
    CHECK(utf16_length("相談") == 2);
    CHECK(utf16_length("𠮟る") == 3);         // U+20B9F
    CHECK(utf16_length("👩‍👧") == 5);  // two emoji of two units and a joiner
    CHECK(utf16_length("か\u3099") == 2);
    CHECK(utf16_length("a\xFFz") == 3);    // an ill-formed byte is one U+FFFD
    CHECK(utf16_length("\xE3\x81") == 1);  // a kana cut short
}

TEST_CASE("text: labels are counted as a reader sees them")
{
    CHECK(grapheme_length("") == 0);
    CHECK(grapheme_length("家賃・お金のこと") == 8);
    CHECK(grapheme_length("𠮟る") == 2);
    CHECK(grapheme_length("👩‍👧") == 1);
    CHECK(grapheme_length("👍🏽") == 1);
    CHECK(grapheme_length("🇯🇵🇯🇵") == 2);
    CHECK(grapheme_length("か\u3099き") == 2);
    CHECK(grapheme_length("葛\U000E0100飾") == 2);  // a variation selector belongs to its kanji
    CHECK(grapheme_length("ﾊﾟﾊﾟ") == 2);            // half-width marks belong to their kana
    CHECK(grapheme_length("a\r\nb") == 3);
    CHECK(grapheme_length("a\nb") == 3);
    CHECK(grapheme_length("Çé") == 2);
}

TEST_CASE("text: what is UTF-8 and what is not")
{
    CHECK(is_utf8(""));
    CHECK(is_utf8("つなぎ 𠮟 👩‍👧 \uFFFD"));
    CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // a surrogate
    CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
    CHECK_FALSE(is_utf8("あ\xE3\x81"));        // cut short
    CHECK_FALSE(is_utf8("\x80"));
}

TEST_CASE("text: ill-formed parts become U+FFFD and the rest stays")
{
    CHECK(to_valid_utf8("そのまま") == "そのまま");
    CHECK(to_valid_utf8("あ\xFFい") == "あ\uFFFDい");
    CHECK(to_valid_utf8("あ\xE3\x81") == "あ\uFFFD");
    CHECK(is_utf8(to_valid_utf8("\xED\xA0\x80\xC0\xAF")));
}

TEST_CASE("text: folding lets a typed answer meet its choice")
{
    CHECK(fold_for_matching("ＡＢＣ１２") == "abc12");
    CHECK(fold_for_matching("カタカナ") == "かたかな");
    CHECK(fold_for_matching("ｶﾞｷﾞ") == "がぎ");
    CHECK(fold_for_matching("か\u3099") == "が");
    CHECK(fold_for_matching("②") == "2");
    CHECK(fold_for_matching("㍻") == "平成");
    CHECK(fold_for_matching("　 お金  の　こと \n") == "お金 の こと");
    CHECK(fold_for_matching("はーーい") == "はーい");
    CHECK(fold_for_matching("は〜い") == "はーい");
    CHECK(fold_for_matching("は～～い") == "はーい");
    CHECK(fold_for_matching("１〜３") == "1〜3");  // a range stays a range
    CHECK(fold_for_matching("ヴァイオリン") == "ゔぁいおりん");
    CHECK(fold_for_matching("❤️") == fold_for_matching("❤"));
    CHECK(fold_for_matching("") == "");
    CHECK(fold_for_matching("\u3000") == "");
    CHECK(is_utf8(fold_for_matching("あ\xFF\xE3")));
}

TEST_CASE("text: folding by hand and folding by ICU agree")
{
    // U+00A0 sends the whole text through ICU; without it the same text is folded by hand.
    for (const std::string text : {"カタカナ", "ＡＢｃ！？", "はーーい", "【相談】『お金』、です。", "ゔ々〆〇", "㎡x"})
        CHECK(fold_for_matching("\u00A0" + text) == fold_for_matching(text));
}

TEST_CASE("text: a prefix never cuts a letter in two")
{
    CHECK(prefix_utf16("相談窓口", 2) == "相談");
    CHECK(prefix_utf16("相談", 5) == "相談");
    CHECK(prefix_utf16("a𠮟b", 2) == "a");
    CHECK(prefix_utf16("a𠮟b", 3) == "a𠮟");
    CHECK(prefix_utf16("a👩‍👧b", 5) == "a");
    CHECK(prefix_utf16("a👩‍👧b", 6) == "a👩‍👧");
    CHECK(prefix_utf16("か\u3099", 1) == "");

    CHECK(prefix_graphemes("相談窓口", 2) == "相談");
    CHECK(prefix_graphemes("相談窓口", 4) == "相談窓口");
    CHECK(prefix_graphemes("か\u3099き", 1) == "か\u3099");
    CHECK(prefix_graphemes("相👩‍👧談", 2) == "相👩‍👧");
    CHECK(prefix_graphemes("相談", 0) == "");
}

TEST_CASE("json: half a surrogate pair becomes U+FFFD; pairs, other escapes and what only looks like one stay")
{
    CHECK(with_whole_escapes(R"({"text":"家賃\n\"\\\u3042"})") == R"({"text":"家賃\n\"\\\u3042"})");
    CHECK(with_whole_escapes(R"("\ud83d\ude22")") == R"("\ud83d\ude22")");
    CHECK(with_whole_escapes(R"("\\ud83d")") == R"("\\ud83d")");
    CHECK(with_whole_escapes(R"("\ud83d")") == R"("\ufffd")");
    CHECK(with_whole_escapes(R"("\uDE22!")") == R"("\ufffd!")");
    CHECK(with_whole_escapes(R"("\ud83d\ud83d\ude22")") == R"("\ufffd\ud83d\ude22")");
    CHECK(with_whole_escapes(R"("\ud83d\u3042")") == R"("\ufffd\u3042")");
    CHECK(with_whole_escapes(R"("\ud8)") == R"("\ud8)");
    CHECK(with_whole_escapes("\\") == "\\");
}
