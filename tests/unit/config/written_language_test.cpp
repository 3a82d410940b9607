// In which language a message is written, by the words of the shipped catalogue.
#include "bot/flow/written_language.h"
#include "server/config/config.h"
#include "tests/bench/risk/labelled.h"

#include <doctest/doctest.h>

#include <map>

using namespace tsunagi;

namespace {

const bot::Playbook& shipped()
{
    static const auto loaded = config::load("config", config::Purpose::check);
    return *loaded.playbooks.at(DeskId{"mirai"});
}

std::string language_of(std::string_view text) { return bot::written_language(text, shipped()).value_or("?"); }

const std::map<std::string, std::string, std::less<>> language_of_slice{
    {"en", "en"}, {"zh", "zh-Hans"}, {"vi", "vi"}, {"tl", "fil"}, {"fil", "fil"}, {"pt", "pt-BR"}, {"ko", "ko"}, {"ne", "ne"}};

struct Told {
    int right = 0;
    int wrong = 0;
    int silent = 0;
};

/// Over all exams whose name holds `part`; `japanese` names the language of slices that name none.
Told told_over_exams(std::string_view part, bool japanese)
{
    Told told;
    for (const auto& entry : std::filesystem::directory_iterator("tests/bench/risk/exams")) {
        const auto name = entry.path().filename().string();
        if (name.find(part) == name.npos || (name.find("languages") == name.npos) != japanese) continue;
        for (const auto& message : bench::read_labelled(entry.path())) {
            const auto slice = language_of_slice.find(message.slice);
            const auto found = language_of(message.text);
            const auto wanted = japanese ? "ja" : slice->second;
            (found == "?" ? told.silent : found == wanted ? told.right : told.wrong) += 1;
        }
    }
    return told;
}

} // namespace

TEST_CASE("written language: what is surely one language is told")
{
    CHECK(language_of("夫に叩かれます") == "ja");
    CHECK(language_of("ﾀｽｹﾃｸﾀﾞｻｲ") == "ja");
    CHECK(language_of("kodomo no koto de soudan shitai desu") == "ja");
    CHECK(language_of("I can not pay the rent this month") == "en");
    CHECK(language_of("help me please he's here") == "en");
    CHECK(language_of("我想死") == "zh-Hans");
    CHECK(language_of("ひとり親的医疗证在哪里申请") == "zh-Hans");
    CHECK(language_of("chong em danh em") == "vi");
    CHECK(language_of("Chồng đánh") == "vi");
    CHECK(language_of("wala na po akong pambili ng gatas") == "fil");
    CHECK(language_of("não tenho como comprar leite pro meu filho") == "pt-BR");
    CHECK(language_of("죽고 싶어요") == "ko");
    CHECK(language_of("मलाई डर लाग्छ") == "ne");
    CHECK(language_of("malai dar lagyo, ghar jana sakdina") == "ne");
}

TEST_CASE("written language: what may be another's is not told")
{
    for (const char* text : {"", "OK", "OK, thank you", "hello", "Maria Santos", "LINE", "shinitai", "tasukete kudasai",
                             "児童扶養手当申請", "無理", "限界", "090", "😢😢", "w", "\xFF\xFE", "離婚届", "他人負担額"})
        CHECK_MESSAGE(language_of(text) == "?", text);
}

TEST_CASE("written language: over the exams, seldom silent and hardly ever wrong")
{
    const auto others = told_over_exams("languages", false);
    MESSAGE("other languages: right " << others.right << ", silent " << others.silent << ", wrong " << others.wrong);
    CHECK(others.right > 3'000);
    CHECK(others.silent * 100 < others.right * 7);
    CHECK(others.wrong * 400 < others.right);
    const auto japanese = told_over_exams("exam", true);
    MESSAGE("Japanese: right " << japanese.right << ", silent " << japanese.silent << ", wrong or in another language " << japanese.wrong);
    CHECK(japanese.right > 4'000);
    CHECK(japanese.wrong * 100 < japanese.right);
}
