// What `tsunagi check` refuses in guide, hotlines, documents and a desk's own guide, each by one mistake in a copy of
// the shipped config.
#include "bot/guide/suggest.h"
#include "bot/guide/support.h"
#include "bot/safety/help.h"
#include "server/config/config.h"
#include "server/config/forbidden.h"
#include "server/config/hotline_config.h"
#include "server/config/language_gaps.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace tsunagi;
namespace fs = std::filesystem;

namespace {

/// A copy of the shipped config in a folder of its own, with a place for documents beside it. The destructor removes
/// it.
class Copy {
public:
    Copy() : root_(fs::temp_directory_path() / ("tsunagi-guide-" + std::to_string(std::random_device{}())))
    {
        fs::create_directories(root_ / "deploy");
        fs::copy("config", config(), fs::copy_options::recursive);
        fs::remove_all(config() / "risk");  // not ours here, and the slowest to read
    }
    ~Copy() { fs::remove_all(root_); }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;

    fs::path config() const { return root_ / "config"; }
    const fs::path& root() const { return root_; }

    void write(const std::string& name, const std::string& text) const
    {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name) << text;
    }
    void replace(const std::string& name, const std::string& from, const std::string& to) const
    {
        std::ifstream file(root_ / name);
        std::stringstream bytes;
        bytes << file.rdbuf();
        auto text = bytes.str();
        const auto at = text.find(from);
        REQUIRE_MESSAGE(at != std::string::npos, from);
        write(name, text.replace(at, from.size(), to));
    }

    /// What is wrong beside the absent secrets and the absent folder risk/.
    std::vector<config::Problem> problems() const
    {
        auto loaded = config::load(config(), config::Purpose::check);
        std::erase_if(loaded.problems, [](const auto& problem) {
            return problem.what.find("secret") != std::string::npos || problem.what.find("danger") != std::string::npos;
        });
        if (!loaded.support) return loaded.problems;
        const auto documents = config::check_documents(root_, loaded.support->hotlines());
        loaded.problems.insert(loaded.problems.end(), documents.begin(), documents.end());
        return loaded.problems;
    }

private:
    fs::path root_;
};

void check_one(const Copy& copy, const std::string& file, const std::string& what, bool warning = false)
{
    const auto problems = copy.problems();
    std::string all;
    for (const auto& problem : problems)
        all += problem.file + ":" + std::to_string(problem.line) + ": " + problem.what + "\n";
    CAPTURE(all);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().file.ends_with(file));
    CHECK(problems.front().line > 0);
    CHECK(problems.front().what.find(what) != std::string::npos);
    CHECK(problems.front().warning == warning);
}

const std::string jukyo = "config/guide/jukyo.yaml";
const std::string own = "config/desks/mirai/guide/jukyo.yaml";

std::string override_with(const std::string& field)
{
    return "id: jukyo\nowner_department: みらい市 福祉課\nreview_by: \"2027-06-01\"\n" + field;
}

}  // namespace

TEST_CASE("check: the shipped config and documents have no problem of this kind")
{
    Copy copy;
    CHECK(copy.problems().empty());
    const auto lines = config::load_hotlines("config", std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)).lines;
    for (const auto& problem : config::check_documents(".", lines))
        FAIL_CHECK(problem.file, ":", problem.line, " ", problem.what);
}

TEST_CASE("check: a telephone number in a programme, however it is written")
{
    for (const char* number :
         {"03-1234-5678", "０３−１２３４−５６７８", "0120‐123‐456", "03 1234 5678", "電話は#9110", "110番に"}) {
        Copy copy;
        copy.replace(jukyo, "ja: \"自立相談支援機関\"", std::string("ja: \"自立相談支援機関 ") + number + "\"");
        check_one(copy, "guide/jukyo.yaml", "a phone number");
    }
}

TEST_CASE("check: a telephone number in a document beside config")
{
    for (const char* document : {"README.md", "deploy/before-you-open.md"}) {
        Copy copy;
        copy.write(document, "# よく読む\n\nかけるなら ０１２０ー１２３ー４５６ へ。\n");
        check_one(copy, document, "0120123456");
    }
}

TEST_CASE("check: a false word about a line, in a message, a flow, a programme and a document")
{
    const std::string lie = "いのちの電話（フリーダイヤル）は24時間つながります。";
    {
        Copy copy;
        copy.replace("config/messages/queue.yaml", "queue.kept:\n  ja: ", "queue.kept:\n  ja: " + lie + "{place} ");
        const auto problems = copy.problems();
        REQUIRE_FALSE(problems.empty());
        CHECK(problems.front().what.find("24時間") != std::string::npos);
    }
    {
        Copy copy;
        copy.replace("config/desks/mirai/flows/coming-back.yaml", "ja: こちらこそ、", "ja: " + lie);
        check_one(copy, "coming-back.yaml", "24時間");
    }
    {
        Copy copy;
        copy.replace(jukyo, "ja: \"自立相談支援機関\"", "ja: \"自立相談支援機関。" + lie + "\"");
        check_one(copy, "jukyo.yaml", "24時間");
    }
    {
        Copy copy;
        copy.write("README.md", "よりそいホットラインは24時間です。\n" + lie + "\n");  // only the second is false
        check_one(copy, "README.md", "24時間");
    }
}

TEST_CASE("check: an overdue review of a line or a programme warns, and nothing more")
{
    {
        Copy copy;
        copy.replace("config/hotlines/emergency.yaml", "review_by: \"2027-02-20\"", "review_by: \"2026-01-31\"");
        check_one(copy, "emergency.yaml", "2026-01-31", true);
    }
    Copy copy;
    copy.replace(jukyo, "review_by: \"2027-02-20\"", "review_by: \"2026-01-31\"");
    check_one(copy, "jukyo.yaml", "2026-01-31", true);
}

TEST_CASE("check: a promise that only the window can make")
{
    Copy copy;
    copy.replace(jukyo, "ja: \"自立相談支援機関\"", "ja: \"自立相談支援機関で必ずもらえます\"");
    check_one(copy, "jukyo.yaml", "promises");
}

TEST_CASE("check: the words of a concept stand in one file alone")
{
    Copy copy;
    copy.write("config/guide/words/own.yaml", "concepts:\n  rent: [おうちのお金]\n");
    check_one(copy, "own.yaml", "rent");
}

TEST_CASE("check: a guide whose words nobody wrote is told, because its search finds little and says nothing")
{
    Copy copy;
    CHECK(copy.problems().empty());
    const auto is_told = [&] {
        const auto problems = copy.problems();
        REQUIRE(problems.size() == 1);
        return problems.front().warning && problems.front().file.ends_with("guide/words") && problems.front().mend.find("guide/words") != std::string::npos;
    };
    fs::remove_all(copy.config() / "guide/words");
    CHECK(is_told());
    fs::create_directories(copy.config() / "guide/words");
    CHECK(is_told());
}

TEST_CASE("check: what answers tell the guide names programmes that are there")
{
    Copy copy;
    copy.replace("config/guide/situation.yaml", "programmes: [jukyo]", "programmes: [jyukyo]");
    check_one(copy, "situation.yaml", "jyukyo");
}

TEST_CASE("desk's own guide: window, days, amount and line are laid over the catalogue, for this desk alone")
{
    Copy copy;
    copy.write(
        own, override_with("where: {ja: みらい市役所 2階 福祉課}\nhotlines: [jiritsu]\nurl: https://example.jp/jukyo\n"
                           "amounts:\n  - {year: 令和8年度, text: {ja: \"目安: 月37,000円まで\"}, source: 市の要綱, "
                           "verified_at: \"2026-10-01\"}\n"));
    CHECK(copy.problems().empty());
    const auto loaded = config::load(copy.config(), config::Purpose::check);
    const auto* programme = loaded.playbooks.at(DeskId{"mirai"})->support->guide().find("jukyo");
    CHECK(bot::in_language(programme->where, "en") == "みらい市役所 2階 福祉課");
    CHECK(programme->url == "https://example.jp/jukyo");
    REQUIRE(programme->amounts.size() == 1);
    CHECK(programme->amounts.front().verified_at == "2026-10-01");
    CHECK(programme->hotlines == std::vector<std::string>{"jiritsu"});
    CHECK_FALSE(programme->bring.empty());  // what the desk does not say stays
    CHECK(bot::in_language(loaded.support->guide().find("jukyo")->where, "ja") == "自立相談支援機関");
    CHECK(loaded.playbooks.at(DeskId{"mirai"})->support->index().search("家賃が払えない").front().programme ==
          programme);
}

TEST_CASE("desk's own guide: when it is paid here replaces the catalogue's word in every language")
{
    Copy copy;
    copy.write("config/desks/mirai/guide/jido-teate.yaml",
               "id: jido-teate\nowner_department: みらい市 こども課\nreview_by: \"2027-06-01\"\n"
               "payment_schedule: {ja: 偶数の月の15日に支払われます。}\n");
    CHECK(copy.problems().empty());
    const auto loaded = config::load(copy.config(), config::Purpose::check);
    const auto* programme = loaded.playbooks.at(DeskId{"mirai"})->support->guide().find("jido-teate");
    CHECK(bot::in_language(programme->payment_schedule, "vi") == "偶数の月の15日に支払われます。");
    const auto* elsewhere = loaded.support->guide().find("jido-teate");
    CHECK(bot::in_language(elsewhere->payment_schedule, "en").starts_with("In even months"));
}

TEST_CASE("desk's own guide: mistakes are told with their line")
{
    const std::vector<std::pair<std::string, std::string>> broken{
        {override_with("where: {ja: 市役所 03-1234-5678}\n"), "a phone number"},
        {override_with("hotlines: [nobody]\n"), "there is no hotline"},
        {override_with("what: {ja: べつの制度}\n"), "what"},
        {override_with("where: {ja: 市役所で必ずもらえます}\n"), "promises"},
        {"id: juukyo\nowner_department: 福祉課\nreview_by: \"2027-06-01\"\nwhere: {ja: 市役所}\n", "juukyo"},
    };
    for (const auto& [text, what] : broken) {
        Copy copy;
        copy.write(own, text);
        const auto problems = copy.problems();
        REQUIRE_MESSAGE(!problems.empty(), text);
        const bool told = std::ranges::any_of(
            problems, [&](const auto& problem) { return problem.what.find(what) != std::string::npos; });
        CHECK_MESSAGE(told, text);
    }
    Copy late;
    late.write(own, "id: jukyo\nowner_department: 福祉課\nreview_by: \"2026-01-31\"\nwhere: {ja: 市役所}\n");
    check_one(late, "jukyo.yaml", "2026-01-31", true);
}

TEST_CASE("languages: what is missing is counted by kind, and what only staff read is not")
{
    Copy copy;
    const auto before = config::language_gaps(copy.config());
    CHECK(before.languages.front() == "ja");
    REQUIRE(before.kinds.size() == 5);
    for (const auto& kind : before.kinds) {
        CHECK(kind.missing.at("ja") == 0);
        CHECK(kind.texts > 30);
    }
    copy.write("config/messages/zz.yaml", "zz.new: {ja: あたらしい, en: new}\nevent.zz: {ja: できごと}\n");
    const auto after = config::language_gaps(copy.config());
    CHECK(after.kinds[1].texts == before.kinds[1].texts + 1);
    CHECK(after.kinds[1].missing.at("en") == before.kinds[1].missing.at("en"));
    CHECK(after.kinds[1].missing.at("vi") == before.kinds[1].missing.at("vi") + 1);
}

TEST_CASE("desk's own guide: an allowance that only some cities have is offered where the desk has it, and else not unasked")
{
    const auto money = bot::Situation{.topics = {"money"}, .audience = {"single_parent"}};
    const auto offered = [&](const Copy& copy) {
        const auto loaded = config::load(copy.config(), config::Purpose::check);
        const auto hits = bot::suggest(loaded.playbooks.at(DeskId{"mirai"})->support->guide(), money, 50);
        return std::ranges::any_of(hits, [](const auto& hit) { return hit.programme->id == "ikusei-teate"; });
    };
    Copy copy;
    CHECK_FALSE(offered(copy));
    copy.write("config/desks/mirai/guide/ikusei-teate.yaml",
               "id: ikusei-teate\nowner_department: みらい区 こども課\nreview_by: \"2027-06-01\"\nwhere: {ja: みらい区役所 2階}\n");
    CHECK(offered(copy));
}

TEST_CASE("desk: its own lines, and those of where it is, come first; those of other places never")
{
    const auto first = [](const Copy& copy) {
        const auto loaded = config::load(copy.config(), config::Purpose::check);
        const auto words = bot::lines_words("safety.lines.open", {{"suicide"}, 3, "ja"}, *loaded.playbooks.at(DeskId{"mirai"}),
                                            TimePoint{}, false);
        const auto from = words.find("・");
        return words.substr(from, words.find("　", from) - from);
    };
    Copy copy;
    CHECK(first(copy) == "・#いのちSOS");
    copy.replace("config/desks/mirai/desk.yaml", "stages:", "regions: [fukushima]\nstages:");
    CHECK(first(copy) == "・よりそいホットライン（福島県など）");
    copy.replace("config/hotlines/feelings.yaml", "regions: [\"all\"]", "regions: [\"mirai\"]");
    CHECK(first(copy) == "・よりそいホットライン");
}
