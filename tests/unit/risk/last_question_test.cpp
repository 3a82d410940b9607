// What is told before the question that ends a message is read by itself, too, for what is high.
#include "bot/risk/last_question.h"
#include "tests/bench/risk/labelled.h"
#include "tests/unit/risk/shipped.h"

#include <map>
#include <string>

using namespace tsunagi;
using bot::told_before_last_question;

TEST_CASE("risk: a question at the end is parted from what is told before it")
{
    CHECK(told_before_last_question("泊まるところがありません。何時まで開いていますか") == "泊まるところがありません。");
    CHECK(told_before_last_question("泊まるところがありません\n何時まで？\n") == "泊まるところがありません\n");
    CHECK(told_before_last_question("My husband hits me. We left. What time do you open?!") == "My husband hits me. We left.");
    CHECK(told_before_last_question("श्रीमानले कुट्छ। कति बजे खुल्छ?") == "श्रीमानले कुट्छ।");
}

TEST_CASE("risk: where no question ends the message, or it is all there is, nothing is parted")
{
    CHECK(told_before_last_question("").empty());
    CHECK(told_before_last_question("何時まで開いていますか").empty());
    CHECK(told_before_last_question("何時まで開いていますか。泊まるところがありません").empty());
    CHECK(told_before_last_question("???").empty());
    CHECK(told_before_last_question("\xff\xfe。\xe3?").size() <= 5);  // broken bytes end, too
}

TEST_CASE("risk: most of a phrase book is heard with an everyday question behind it")
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
    CHECK(missed * 5 <= all);
}
