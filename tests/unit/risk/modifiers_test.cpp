// crisis-language.md section 4: what stands beside a danger word, and what it does to the level.
#include "tests/unit/risk/shipped.h"

using namespace tsunagi;
using tests::level_of;

namespace {
struct Row {
    const char* text;
    int least;
    int most;
};

void check(const std::vector<Row>& rows)
{
    for (const auto& row : rows) {
        CAPTURE(std::string(row.text));
        const auto level = level_of(row.text);
        CHECK(level >= row.least);
        CHECK(level <= row.most);
    }
}
}  // namespace

TEST_CASE("risk: plain negation steps down, but is never forgotten")
{
    check({{"死にたいとは思わないです", 1, 1}, {"死にたいとは思いません。眠れないだけです", 1, 1},
           {"つらいとか死にたいとかではないのでご安心を。住民票の質問です", 1, 1},
           {"死にたいとかそういうのではぜんぜんないです。愚痴です", 1, 1},
           {"死にたいって言われました", 2, 2}});
}

TEST_CASE("risk: pseudo-negation is ideation")
{
    check({{"死ぬ勇気もない", 2, 4},
           {"死ねない", 2, 4},
           {"死にきれなかった", 2, 4},
           {"死にたいけど子どもがいるから", 2, 4},
           {"死んだら楽なのに", 2, 4},
           {"死なないけど消えたい", 2, 4},
           {"死にたいわけじゃないけど、もう全部いやです", 2, 4},
           {"死にたくないわけではない", 2, 4}});
}

TEST_CASE("risk: what is over stays on the record as R1") { check({{"最近は死にたいと思わなくなりました", 1, 1}}); }

TEST_CASE("risk: since when it goes on is not when it was")
{
    check({{"死にたいと思い始めたのは3年前です", 2, 4},
           {"死にたいと思い始めたのは13年前です", 2, 4},
           {"殴られるようになったのは3年前です", 2, 4},
           {"以前、夫に首を絞められました", 3, 4},
           {"別れた夫に首を絞められたのは8年も前です", 0, 1}});
}

TEST_CASE("risk: words of quiet danger are everyday words elsewhere")
{
    check({{"みつけた", 0, 1},
           {"引っ越し先が元夫にバレた", 3, 4},
           {"引っ越し先を元夫に知られたくないのですが住民票はどうなりますか", 0, 1},
           {"前のケーキは失敗だったけど次は成功させたいです", 0, 1},
           {"さっき送った写真、消してください", 0, 1},
           {"つきあってた時に撮られた写真、消してくれたか不安で", 2, 4},
           {"車の保険の免責っていくら出ますか", 0, 1},
           {"犬が後ろからついてきて、走って逃げました", 0, 1},
           {"さいしょは こわかった", 0, 1},
           {"わたしの いしょ かきました", 3, 4}});
}

TEST_CASE("risk: a partner's threat to die is control, said about others is still urgent")
{
    check({{"別れるなら死ぬと言われています", 2, 4}, {"「死ね」と毎日言われます", 2, 4}, {"娘が死にたいと言っています", 2, 4}, {"友達が自殺したいって言ってて心配です", 2, 4}});
}

TEST_CASE("risk: rhetorical questions are heard")
{
    check({{"死ねばいいんでしょ", 2, 4}, {"死んだ方がいいですか", 2, 4}, {"もし私が死んだら手当はどうなりますか", 2, 4}});
}

TEST_CASE("risk: bereavement is a status; only the longing to follow is danger")
{
    check({{"昨年、夫が死んで遺族年金の手続きをしたいです", 0, 1}, {"死別の場合の手当を教えてください", 0, 1}, {"亡くなった夫のところへ行きたい", 2, 4}});
}

TEST_CASE("risk: laughing does not lower") { check({{"もう死にたいw", 2, 4}, {"消えたい笑", 2, 4}, {"まじで死にたい(^^)", 2, 4}}); }

TEST_CASE("risk: an idiom takes out only its own letters, the rest is read again")
{
    check({{"死ぬほど忙しいです", 0, 1}, {"死ぬほど忙しくて、もう消えたい", 2, 4}, {"仕事をクビになりました。今夜死にます", 3, 4}, {"必死でがんばったけど、もう死にたい", 2, 4}});
}

TEST_CASE("risk: everyday words that share their letters with danger (crisis-language.md, section 5)")
{
    check({{"相殺できますか", 0, 1},
           {"窓口に人が殺到していました", 0, 1},
           {"殺虫剤は捨てられますか", 0, 1},
           {"首が回らないので債務整理したい", 0, 1},
           {"保育園落ちた", 0, 1},
           {"電話を切りたい", 0, 1},
           {"髪を切りたい", 0, 1},
           {"死産の届け出について", 0, 1},
           {"DVの資料ください", 0, 1},
           {"締め切りに間に合わなくて死にそう", 0, 1},
           {"子どもを殴るのをやめさせる絵本ありますか", 0, 1}});
}

TEST_CASE("risk: danger beside means, time, child or an act is urgent")
{
    check({{"今夜死にます", 3, 4},
           {"死にたい。薬は用意してあります", 3, 4},
           {"子どもと一緒に消えたい", 4, 4},
           {"睡眠薬を全部飲みました", 4, 4},
           {"包丁を向けられています", 4, 4},
           {"首を絞められた", 3, 4},
           {"夫が今ドアを壊そうとしています", 4, 4},
           {"赤ちゃんが息をしていません", 4, 4}});
}

TEST_CASE("risk: several dangers in one message are all named")
{
    using enum bot::RiskCategory;
    const auto finding = tests::read("夫に殴られて家を追い出されました。今夜寝る場所がありません。もう死にたいです");
    CHECK(finding.level >= 3);
    CHECK(tests::names(finding, dv));
    CHECK(tests::names(finding, no_shelter));
    CHECK(tests::names(finding, suicide));
}

TEST_CASE("risk: what a sticker or a picture's caption says is read like any text")
{
    CHECK(level_of("死にたい") == level_of("死にたい\n"));
    CHECK(level_of("消えたい,つらい,泣く") >= 2);
    CHECK(level_of("ありがとう,うれしい,おじぎ") <= 1);
}
