#include "bot/flow/offer.h"

#include "bot/base/text.h"
#include "bot/flow/situation.h"
#include "server/config/config.h"
#include "server/config/guide_config.h"
#include "tests/unit/bot/flows.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::bot;
using namespace std::chrono_literals;

namespace {

using Ages = std::vector<int>;

/// The demo desk with the real guide: what a person would be shown.
const Playbook& mirai()
{
    static const auto loaded = config::load("config", config::Purpose::check);
    REQUIRE(loaded.support);
    return *loaded.playbooks.at(DeskId{"mirai"});
}

TimePoint japan(int year, unsigned month, unsigned day, std::chrono::minutes time = 12h)
{
    const std::chrono::sys_days date{std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)};
    return TimePoint(std::chrono::duration_cast<Milliseconds>(date.time_since_epoch() + time)) - japan_offset;
}

Conversation knowing(std::vector<Answer> answers)
{
    Conversation conversation;
    conversation.answers = std::move(answers);
    return conversation;
}

Guide about_topic(std::vector<std::string> programmes = {})
{
    Guide node;
    node.programmes = std::move(programmes);
    return node;
}

Guide about_question(bool more = false)
{
    Guide node;
    node.question_answer = "question";
    node.more = more;
    return node;
}

std::vector<std::string> ids(const std::vector<const Programme*>& programmes)
{
    std::vector<std::string> list;
    for (const auto* programme : programmes) list.push_back(programme->id);
    return list;
}

std::vector<std::string> offered(const Guide& node, const Conversation& conversation,
                                 TimePoint now = japan(2026, 11, 20))
{
    return ids(programmes_to_offer(node, conversation, *mirai().support, now).shown);
}

bool has(const std::vector<std::string>& list, const std::string& id)
{
    return std::ranges::find(list, id) != list.end();
}

/// The one programme as she reads it.
OutboundMessage shown(const std::string& id, const Language& language = "ja", TimePoint now = japan(2026, 11, 20))
{
    Conversation conversation;
    conversation.language = language;
    return offer_message({mirai().support->guide().find(id)}, conversation, mirai(), now);
}

const CardRow* row(const Card& card, const std::string& label)
{
    const auto found = std::ranges::find(card.rows, label, &CardRow::label);
    return found == card.rows.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("ages: as people write them; people, months and dates are none")
{
    CHECK(ages_in("5歳と8歳") == Ages{5, 8});
    CHECK(ages_in("２人、３歳と１０才") == Ages{3, 10});
    CHECK(ages_in("3さい と 6か月") == Ages{3, 0});
    CHECK(ages_in("18か月です") == Ages{1});
    CHECK(ages_in("小6と中２、高校3年") == Ages{11, 13, 17});
    CHECK(ages_in("5 and 8") == Ages{5, 8});
    CHECK(ages_in("2 kids, 4 years old and 9 years old") == Ages{4, 9});
    CHECK(ages_in("2人います") == Ages{});
    CHECK(ages_in("妊娠中です") == Ages{});
    CHECK(ages_in("2020年に生まれました") == Ages{});
    CHECK(ages_in("") == Ages{});
    CHECK(ages_in("99999999999999999999歳と5歳") == Ages{5});
    CHECK(ages_in("38歳です。子どもは4歳") == Ages{4});
}

TEST_CASE("ages: as people write them in the other languages of the flows; a baby's months are no years")
{
    CHECK(ages_in("两个孩子，5岁和8岁") == Ages{5, 8});
    CHECK(ages_in("10个月") == Ages{0});
    CHECK(ages_in("2 con, 3 tuổi và 8 tuổi") == Ages{3, 8});
    CHECK(ages_in("bé 8 tháng") == Ages{0});
    CHECK(ages_in("con học lớp 3") == Ages{});
    CHECK(ages_in("2 anak, 5 at 8 taong gulang") == Ages{8});  // beside a number with its unit a bare one is unclear
    CHECK(ages_in("6 buwan") == Ages{0});
    CHECK(ages_in("2 filhos, 5 anos e 8 meses") == Ages{5, 0});
    CHECK(ages_in("아이 2명, 5살과 8살") == Ages{5, 8});
    CHECK(ages_in("9개월이에요") == Ages{0});
    CHECK(ages_in("초등 3학년") == Ages{});
    CHECK(ages_in("५ वर्ष र ८ वर्ष") == Ages{5, 8});
    CHECK(ages_in("७ महिना") == Ages{0});
    CHECK(ages_in("2nd grade") == Ages{});
}

TEST_CASE("ages: a number that counts children, money, or says which child or class it is, is no age")
{
    for (const char* text : {"con thứ 2", "học lớp3", "2 con", "ika-2 na anak", "may 2 na anak", "grade 2", "2o filho", "5 mil por mês",
                             "5 triệu", "초3", "둘째, 초등학교 3학년", "5만 엔", "初2", "५ कक्षा", "दोस्रो सन्तान, कक्षा २", "2 kids"}) {
        INFO(text);
        CHECK(ages_in(text) == Ages{});
    }
    CHECK(ages_in("2 young children, 3 and 5 years old") == Ages{5});  // 3 stands beside a number with its unit
    CHECK(ages_in("2 young kids: 3yo, 5yo") == Ages{3, 5});
    CHECK(ages_in("con 3 tuổi") == Ages{3});
    CHECK(ages_in("con thứ 2: 3 tuổi") == Ages{3});
    CHECK(ages_in("3 anos") == Ages{3});
    CHECK(ages_in("ika-2 anak, 4 na taong gulang") == Ages{4});
    CHECK(ages_in("고2, 17살") == Ages{17});
    CHECK(ages_in("아이가 있고 5, 8") == Ages{5, 8});
}

TEST_CASE("situation: a child who is not born yet, in the words that the question itself proposes")
{
    const auto& words = mirai().support->guide().situation;
    for (const char* text : {"妊娠中", "expecting", "怀孕中", "đang mang thai", "buntis", "grávida", "임신 중", "गर्भवती"}) {
        INFO(text);
        CHECK(has(situation_of(knowing({{"children", text, ""}}), words, japan(2026, 11, 20)).events, "pregnancy"));
    }
}

TEST_CASE("situation: answers, children, stage and the Japanese month of the day")
{
    const auto& words = mirai().support->guide().situation;
    const auto situation = situation_of(knowing({{"topic", "housing", ""},
                                                 {"detail", "rent", ""},
                                                 {"children", "3歳と6か月、いま妊娠中", ""},
                                                 {"stage", "2", ""}}),
                                        words, japan(2026, 8, 1, 1h));  // July in Greenwich
    CHECK(has(situation.topics, "housing"));
    CHECK(has(situation.named, "jukyo"));
    CHECK(has(situation.events, "pregnancy"));
    CHECK(situation.children_ages == Ages{3, 0});
    CHECK(situation.stage == 2);
    CHECK(situation.month == 8);
}

TEST_CASE("offer: at most three, what she named first, and never a school for another age")
{
    const auto rent =
        offered(about_topic({"koei", "boshi-shien"}), knowing({{"topic", "housing", ""}, {"detail", "rent", ""}}));
    CHECK(rent.size() == cards_per_message_max);
    CHECK(rent.front() == "jukyo");
    CHECK(has(rent, "koei"));

    const auto baby = offered(about_topic({"shugaku-enjo", "koko-shien", "koto-kyoiku"}),
                              knowing({{"topic", "school", ""}, {"children", "1歳", ""}}));
    CHECK_FALSE(has(baby, "koko-shien"));
    CHECK_FALSE(has(baby, "koto-kyoiku"));
}

TEST_CASE("offer: every pair of topic and detail that the demo's flows know leads somewhere")
{
    for (const auto& rule : mirai().support->guide().situation.rules)
        for (const auto& value : rule.is) {
            INFO(rule.answer, " ", value);
            auto conversation = knowing({{rule.answer, value, ""}});
            conversation.risk.screen = ScreenSafety::safe;
            CHECK_FALSE(offered(about_topic(), conversation).empty());
        }
}

TEST_CASE("offer: the season reorders: the yearly report in August, what ends before the eighteenth birthday")
{
    const auto money = knowing({{"topic", "money", ""}, {"living", "on_our_own", ""}});
    const auto august = offered(about_topic(), money, japan(2026, 8, 3));
    CHECK(august.front() == "jido-fuyo-teate");
    const auto seventeen = offered(about_topic(), knowing({{"topic", "money", ""}, {"children", "17歳", ""}}));
    CHECK(has(seventeen, "jido-fuyo-teate"));
    const auto autumn =
        offered(about_topic(), knowing({{"topic", "school", ""}, {"children", "6歳", ""}}), japan(2026, 10, 5));
    CHECK(autumn.front() == "shugaku-enjo");  // money before the first school day is asked for in autumn
}

TEST_CASE("offer: a question in her words is answered by its words; more shows others, a new question may repeat")
{
    auto conversation = knowing({{"question", "看護師の学校に通いたい", ""}});
    const auto first = programmes_to_offer(about_question(), conversation, *mirai().support, japan(2026, 11, 20)).shown;
    CHECK(first.front()->id == "koto-kunren");
    keep_seen(conversation, first, false);
    const auto second = programmes_to_offer(about_question(true), conversation, *mirai().support, japan(2026, 11, 20)).shown;
    for (const auto& id : ids(second)) CHECK_FALSE(has(ids(first), id));
    keep_seen(conversation, second, true);
    CHECK(conversation.answers.back().value.find(first.front()->id) != std::string::npos);
    CHECK(offered(about_question(), conversation).front() == "koto-kunren");
}

TEST_CASE("offer: nothing that names violence at home before she has said that nobody reads her screen")
{
    auto conversation = knowing({{"question", "住民票を元夫に見られないようにしたい", ""}});
    CHECK_FALSE(has(offered(about_question(), conversation), "dv-shien"));
    conversation.risk.screen = ScreenSafety::watched;
    CHECK_FALSE(has(offered(about_question(), conversation), "dv-shien"));
    conversation.risk.screen = ScreenSafety::safe;
    conversation.risk.told_at = japan(2026, 11, 20, 10h);
    CHECK(offered(about_question(), conversation, japan(2026, 11, 20, 11h)).front() == "dv-shien");
    // Who is beside her changes: two hours later her 「大丈夫」 says nothing any more.
    CHECK_FALSE(has(offered(about_question(), conversation, japan(2026, 11, 20, 12h)), "dv-shien"));
}

TEST_CASE("card: what must be done before starting comes first; amounts have year, date and the word for a guess")
{
    const auto message = shown("koto-kunren");
    REQUIRE(message.cards.size() == 1);
    const auto& card = message.cards.front();
    CHECK(card.title == "高等職業訓練促進給付金");
    CHECK(card.rows.front().label == "はじめる前に");
    const auto* amount = row(card, "金額の目安");
    REQUIRE(amount);
    CHECK(amount->label.find("目安") != std::string::npos);
    CHECK(amount->text.find("目安") == std::string::npos);  // once is enough
    CHECK(amount->text.find("2026-08-11") != std::string::npos);
    CHECK(row(card, "窓口"));
    CHECK(row(card, "いつまで"));
}

TEST_CASE("card: whoever asks when it is paid reads the months, in her language, behind the day to apply by")
{
    const auto card = shown("jido-teate").cards.front();
    const auto* paid = row(card, "支払われる時期");
    REQUIRE(paid);
    CHECK(paid->text.find("2月・4月・6月・8月・10月・12月") != std::string::npos);
    REQUIRE(paid != card.rows.data());
    CHECK((paid - 1)->label == "いつまで");
    CHECK_FALSE(row(shown("jukyo").cards.front(), "支払われる時期"));  // nothing is known of it

    for (const auto& programme : mirai().support->guide().programmes) {
        if (programme.payment_schedule.empty()) continue;
        for (const auto& language : mirai().languages) {
            INFO(programme.id, " ", language);
            REQUIRE(programme.payment_schedule.contains(language));
            const auto own = shown(programme.id, language);
            const auto* told = row(own.cards.front(), message_text(mirai(), language, "guide.row.paid"));
            REQUIRE(told);
            CHECK(told->text == programme.payment_schedule.at(language));
        }
    }
}

TEST_CASE("card: the message's text says in words all that the cards show, after a line that names nothing")
{
    const auto message = shown("jido-fuyo-teate");
    const auto& card = message.cards.front();
    for (const auto& each : card.rows) CHECK(message.text.find(each.text) != std::string::npos);
    const auto first_line = message.text.substr(0, message.text.find('\n'));
    CHECK(first_line.find(card.title) == std::string::npos);
    CHECK(first_line.find("手当") == std::string::npos);
}

TEST_CASE("card: a telephone button only while the line answers, on a holiday as well as at night")
{
    const auto calls = [](TimePoint now) {
        const auto message = shown("koto-kyoiku", "ja", now);
        return std::ranges::count_if(message.cards.front().buttons,
                                     [](const CardButton& button) { return button.uri.starts_with("tel:"); });
    };
    CHECK(calls(japan(2026, 11, 20, 10h)) == 1);
    CHECK(calls(japan(2026, 11, 20, 22h)) == 0);
    CHECK(calls(japan(2026, 11, 21, 10h)) == 0);  // Saturday
    CHECK(calls(japan(2026, 11, 23, 10h)) == 0);  // 勤労感謝の日, a Monday
    for (const auto& programme : mirai().support->guide().programmes) {
        const auto message = shown(programme.id);
        for (const auto& button : message.cards.front().buttons) {
            INFO(programme.id, " ", button.uri);
            const bool known = std::ranges::any_of(
                mirai().support->hotlines(), [&](const Hotline& line) { return button.uri == "tel:" + line.dial; });
            CHECK((button.uri.empty() || button.uri.starts_with("https://") || known));
        }
    }
}

TEST_CASE("card: every programme in every language keeps LINE's limits, promises nothing, and leads to a human")
{
    for (const auto& programme : mirai().support->guide().programmes)
        for (const auto& language : mirai().languages) {
            INFO(programme.id, " ", language);
            const auto message = shown(programme.id, language);
            CHECK(utf16_length(message.text) * cards_per_message_max <= 5000);
            CHECK_FALSE(message.cards.front().text.empty());
            CHECK(message.text.find("you are eligible") == std::string::npos);
            for (const auto& button : message.cards.front().buttons) {
                CHECK(grapheme_length(button.label) <= 40);
                CHECK(utf16_length(button.data) <= 300);
            }
            CHECK(message.cards.front().buttons.back().data.ends_with("c=_human"));
        }
}

TEST_CASE("card: no note of ours to ourselves; what is not known sends her to the window")
{
    Conversation alone;
    alone.risk.screen = ScreenSafety::safe;
    for (const auto& programme : mirai().support->guide().programmes)
        for (const auto& language : mirai().languages) {
            alone.language = language;
            const auto message = offer_message({&programme}, alone, mirai(), japan(2026, 11, 20));
            const auto phone = message_text(mirai(), language, "guide.row.phone");
            for (const auto& each : message.cards.front().rows) {
                if (each.label == phone) continue;  // of config/hotlines
                for (const char* note : {"要確認", "未確認", "年度不明", "二次資料", "一般知識", "not verified",
                                         "year unknown", "general knowledge", "尚未确认", "không rõ năm",
                                         "hindi alam ang taon", "ano desconhecido", "연도 불명", "वर्ष थाहा छैन"}) {
                    INFO(programme.id, " ", language, " ", note);
                    CHECK(each.text.find(note) == std::string::npos);
                }
            }
        }
}

TEST_CASE("card: no word of violence on a screen that others may read, in any language")
{
    const auto& programmes = mirai().support->guide().programmes;
    for (const auto& programme : programmes) {
        if (!programme.topics.empty() && programme.topics.front() == "dv") continue;  // not offered then
        for (const auto& language : mirai().languages) {
            const auto text = shown(programme.id, language).text;
            for (const char* word : {"DV", "暴力", "保護命令", "violence", "abuse", "violência", "bạo lực", "karahasan",
                                     "폭력", "家暴", "हिंसा"}) {
                INFO(programme.id, " ", language, " ", word);
                CHECK(text.find(word) == std::string::npos);
            }
        }
    }
    Conversation alone;
    alone.risk.screen = ScreenSafety::safe;
    alone.risk.told_at = japan(2026, 11, 20);
    const auto told = [&](const Language& language) {
        alone.language = language;
        return offer_message({mirai().support->guide().find("jido-fuyo-teate")}, alone, mirai(), japan(2026, 11, 20)).text;
    };
    CHECK(told("ja").find("保護命令") != std::string::npos);
    CHECK(told("vi").find("Nếu tòa án đã ra lệnh bảo vệ") != std::string::npos);
    CHECK(told("vi").find("năm tài khóa 2026") != std::string::npos);
}
