// Japanese in Latin letters is read in kana: every rule and the net know it then.
#include "bot/base/text.h"
#include "bot/risk/romaji.h"
#include "tests/unit/risk/shipped.h"

using namespace tsunagi;

namespace {

bot::Views views_of(const std::string& text)
{
    bot::Views views;
    bot::make_views(text, views);
    return views;
}

std::string kana_of(const std::string& text)
{
    const auto views = views_of(text);
    std::string kana;
    for (std::size_t at = 0; at < views.kana.size(); ++at) append_code_point(kana, views.kana.exact[at]);
    return kana;
}

}  // namespace

TEST_CASE("romaji: Hepburn, Kunrei and what keyboards want are one")
{
    CHECK(kana_of("shinitai desu") == "しにたいです");
    CHECK(kana_of("sinitai desu") == "しにたいです");
    CHECK(kana_of("kodomo wo tsurete") == "こどもをつれて");
    CHECK(kana_of("kodomo o turete") == "こどもをつれて");
    CHECK(kana_of("issyoni, zutto") == "いっしょに,ずっと");
    CHECK(kana_of("konna koto") == "こんなこと");
    CHECK(kana_of("hontouni gomenn") == "ほんとうにごめん");
    CHECK(kana_of("shin'ya shimbun matcha") == "しんやしんぶんまっちゃ");
    CHECK(kana_of("Watashi wa Tōkyō e") == "わたしはとうきょうへ");
}

TEST_CASE("romaji: what is no Japanese stays as it is")
{
    for (const char* text : {"I want to see a doctor for my son please", "meu marido me bateu de novo ontem", "gusto ko nang mamatay, pagod na ako", "chong toi danh toi hoai",
                             "mero shriman le kutcha malai", "LINEで送りました", "DVの相談です", "OK, mama", ""}) {
        CAPTURE(text);
        CHECK(kana_of(text).empty());
    }
    CHECK(kana_of("LINE de okurimashita, kakunin onegaishimasu") == "line でおくりました,かくにんおねがいします");  // a word among others
}

TEST_CASE("romaji: each kana knows the letters it came from")
{
    const auto views = views_of("ima shi-nitai");
    REQUIRE(views.kana.size() == 6);  // い ま し に た い
    CHECK(views.kana.from[2] == 4);
    CHECK(views.kana.to[2] == 7);
    CHECK(views.kana.from[3] == 8);  // behind the hyphen
    CHECK(views.kana.to[5] == 13);
}

TEST_CASE("romaji: danger nobody wrote a Latin pattern for")
{
    CHECK(tests::level_of("kusuri 60jou kurai nonda.. haku no ga tomaranai") >= 3);
    CHECK(tests::level_of("kono ko nokoshite ikenai kara issyoni iku. umi made no kippu katta") >= 3);
    CHECK(tests::level_of("kyou wa hoikuen no omukae ga osoku narimasu, sumimasen") <= 1);
    CHECK(tests::level_of("jidou fuyou teate no shorui wa doko de moraemasu ka") <= 1);
}
