// Two things in one message: each clause is weighed by itself, so that an everyday question beside it hides no danger.
#include "bot/base/text.h"
#include "bot/risk/likeness_letters.h"
#include "bot/risk/view.h"
#include "tests/bench/risk/labelled.h"
#include "tests/unit/risk/shipped.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace tsunagi;

namespace {

/// The clauses of `text` as the net weighs them, without the space before a word.
std::vector<std::string> clauses_of(const std::string& text)
{
    bot::Views views;
    bot::make_views(text, views);
    bot::LikenessLetters letters;
    bot::make_likeness_letters(views.text, letters);
    std::vector<std::string> clauses;
    std::size_t begin = 1;  // behind the beginning's `<`
    for (const auto end : letters.clause_ends) {
        std::string clause;
        for (auto at = begin; at < end && letters.letters[at] != U'>'; ++at) append_code_point(clause, letters.letters[at]);
        clauses.push_back(clause.substr(std::min(clause.find_first_not_of(' '), clause.size())));
        begin = end;
    }
    return clauses;
}

using Clauses = std::vector<std::string>;

std::string joined(const Clauses& clauses)
{
    std::string all;
    for (const auto& clause : clauses) all += clause + " | ";
    return all;
}

}  // namespace

TEST_CASE("risk clauses: commas, ends of lines and of sentences part them")
{
    CHECK(joined(clauses_of("食べ物がなくて、手当はいつですか")) == joined({"食べ物がなくて、", "手当はいつですか"}));
    CHECK(joined(clauses_of("破水しました\n何時に開きますか？")) == joined({"破水しました", "何時に開きますか。"}));
    CHECK(joined(clauses_of("he hits me, what do i do")) == joined({"he hits me", "what do i do"}));
    CHECK(clauses_of("श्रीमानले कुट्छ। कति बजे खुल्छ?").size() == 2);
    CHECK(joined(clauses_of("没有吃的了，几点开门？")) == joined({"没有吃的了", "几点开门。"}));
}

TEST_CASE("risk clauses: a space parts them where words are not parted by spaces")
{
    CHECK(joined(clauses_of("縄買った 制服のお下がりってもらえる")) == joined({"縄買った", "制服のお下がりってもらえる"}));
    CHECK(joined(clauses_of("消えたい…手当の締切は")) == joined({"消えたい", "手当の締切は"}));
    CHECK(clauses_of("he is here now").size() == 1);
    CHECK(clauses_of("can't breathe").size() == 1);
}

TEST_CASE("risk clauses: a full stop ends a sentence, an abbreviation, a number and a hesitation do not")
{
    CHECK(joined(clauses_of("We left. What time do you open")) == joined({"we left。", "what time do you open"}));
    CHECK(clauses_of("집에 쌀이 없어요. 몇 시에 열어요").size() == 2);
    for (const std::string one : {"mr. tanaka called me at 3 p.m. today", "it is 2.5 hours from here", "i want... to die", "my mail is a.b@example.jp ok"}) {
        CAPTURE(one);
        CHECK(clauses_of(one).size() == 1);
    }
}

TEST_CASE("risk clauses: what stands at the end makes no clause of its own")
{
    CHECK(clauses_of("").size() == 1);
    CHECK(clauses_of("泊まるところがない。 ").size() == 1);
    CHECK(clauses_of("nowhere to sleep,,").size() == 1);
    CHECK(clauses_of("nowhere to sleep,, ok?").size() == 2);
}

TEST_CASE("risk: a phrase book is heard with an everyday question behind it")
{
    const std::map<std::string, std::string> question_in{{"en", ". What time do you open?"}, {"vi", ". Mấy giờ mở cửa ạ?"}, {"tl", ". Anong oras po kayo bukas?"}, {"pt", ". Que horas abre?"},
                                                         {"ko", ". 몇 시에 열어요?"}, {"ne", "। कति बजे खुल्छ?"}, {"zh", "。请问几点开门？"}, {"ja", "。窓口は何時までですか"}};
    int all = 0;
    int missed = 0;
    for (auto message : bench::read_labelled("tests/bench/risk/messages/phrase-book.tsv")) {
        message.text += question_in.at(message.slice);
        ++all;
        missed += bench::judge(tests::shipped_rules(), message).level < 2 ? 1 : 0;
    }
    CHECK(all > 150);
    MESSAGE(missed << " of " << all << " sentences are not heard with a question behind them");
    CHECK(missed * 20 <= all);
}

TEST_CASE("risk clauses: spaces between all words part none")
{
    CHECK(clauses_of("きのう おっとに なぐられて こどもと にげて きました").size() == 1);
    CHECK(clauses_of("きのうおっとになぐられて こどもとにげてきました いまどこにもいくところがありません").size() == 3);
    CHECK(clauses_of("消えたい 手当の締切はいつですか").size() == 2);
}

TEST_CASE("risk: danger told between two errands is heard, and two errands more make no danger")
{
    const std::string before = "書類はそろいました、ありがとうございました。";
    const std::string behind = "。あと学童の夏休みだけの利用は何月から申し込めますか";
    std::map<bool, int> all;
    std::map<bool, int> raised;
    for (const auto* exam : {"tests/bench/risk/exams/exam-67.tsv", "tests/bench/risk/exams/exam-70.tsv"})
        for (auto message : bench::read_labelled(exam)) {
            if (message.level == 1 || message.level == 2) continue;
            const bool high = message.level > 2;
            message.text = before + message.text + behind;
            ++all[high];
            raised[high] += bench::judge(tests::shipped_rules(), message).level >= 2 ? 1 : 0;
        }
    CHECK(all[true] == 360);
    const int missed = all[true] - raised[true];
    MESSAGE(missed << " of " << all[true] << " high dangers are not heard, " << raised[false] << " of " << all[false] << " harmless ones raised");
    CHECK(missed * 30 <= all[true]);
    CHECK(raised[false] * 50 <= all[false]);
}

TEST_CASE("risk: danger is heard in one breath with an everyday question")
{
    for (const std::string text : {
             "主人に蹴られて脇腹が痛いんですけど就学援助の締め切りっていつまででしょうか", "お米もおかずも尽きて子どもが泣いてます、手当の振込は何日ですか",
             "子どもと一緒に死ぬことばかり考えてしまいます、学童の空きはありますか", "赤ちゃんがぐったりして起きないんですが医療証は使えますか",
             "今夜寝る場所がなくて住民票はどうすればいいですか", "妊娠してることを誰にも言えてなくて、保険証の切り替えは何日かかりますか",
             "my husband choked me again last night so can i bring the form on monday", "there is no rice left for the kids and when is the allowance paid",
             "he reads all my messages, what papers do i need for nursery", "chồng em đánh em mỗi tối, cho em hỏi giấy tờ nhà trẻ",
             "wala na kaming makain ng mga anak ko, kailan po ang allowance", "meu marido me enforcou ontem, qual o prazo do formulário",
             "남편이 매일 때려요 그런데 어린이집 서류는 언제까지예요", "श्रीमानले हरेक दिन कुट्छ, भत्ताको फारम कहाँ पाइन्छ", "老公天天打我，津贴的表格几号交"}) {
        CAPTURE(text);
        CHECK(bot::detect(tests::shipped_rules(), text).level >= 2);
    }
}

TEST_CASE("risk: greetings, apologies and two everyday things in one breath are no danger")
{
    for (const std::string text : {
             "お忙しいところ恐れ入ります", "夜分に失礼いたします、明日の予約を確認したいです", "いつもお世話になっております。書類が届きましたのでご連絡しました",
             "こんにちは、聞きたいことがあります", "返信が遅くなってすみません、仕事が長引いてしまって", "good evening, sorry for writing so late", "hi, may i ask a question about nursery",
             "thank you, i will come on monday with my daughter", "xin chào, em muốn hỏi về nhà trẻ ạ", "magandang gabi po, pasensya na sa abala", "bom dia, desculpa incomodar, é sobre a creche",
             "늦은 시간에 죄송합니다, 예약 확인하고 싶어요", "नमस्ते, एउटा कुरा सोध्न सक्छु?", "您好，打扰了，想问一下津贴"}) {
        CAPTURE(text);
        CHECK(bot::detect(tests::shipped_rules(), text).level <= 1);
    }
}
