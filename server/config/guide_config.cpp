#include "server/config/guide_config.h"

#include "server/config/forbidden.h"
#include "server/config/phone_number.h"
#include "server/config/read_file.h"
#include "server/config/schema.h"

#include <algorithm>
#include <charconv>

namespace tsunagi::config {
namespace {

namespace fs = std::filesystem;

std::vector<int> numbers_of(const Value& list)
{
    std::vector<int> numbers;
    for (const auto& item : list.items)
        if (const auto number = item.number()) numbers.push_back(static_cast<int>(*number));
    return numbers;
}

bot::Confidence confidence_of(const std::string& grade)
{
    if (grade == "A") return bot::Confidence::a;
    return grade == "B" ? bot::Confidence::b : bot::Confidence::c;
}

bot::Programme read_programme(const Value& root)
{
    bot::Programme programme;
    programme.id = root["id"].text;
    programme.name = read_text(root["name"]);
    programme.kana = root["kana"].text;
    programme.categories = numbers_of(root["category"]);
    programme.what = read_text(root["what"]);
    programme.who = read_text(root["who"]);
    programme.where = read_text(root["where"]);
    programme.bring = read_text(root["bring"]);
    programme.by_when = read_text(root["by_when"]);
    programme.payment_schedule = read_text(root["payment_schedule"]);
    programme.audience = root["audience"].words();
    programme.not_for = root["not_for"].words();
    programme.topics = root["topics"].words();
    programme.trigger_events = root["trigger_events"].words();
    programme.stages = numbers_of(root["stages"]);
    programme.months = numbers_of(root["months"]);
    programme.child_age_from = static_cast<int>(root["child_age"]["from"].number().value_or(-1));
    programme.child_age_to = static_cast<int>(root["child_age"]["to"].number().value_or(-1));
    programme.url = root["url"].text;
    programme.apply_before = root["apply_before"].truth().value_or(false);
    programme.dv_note = read_text(root["dv_note"]);
    programme.amounts = read_amounts(root["amounts"]);
    for (const auto& item : root["cautions"].items) programme.cautions.push_back(read_text(item));
    programme.hotlines = root["hotlines"].words();
    programme.words = root["words"].words();
    programme.national = root["scope"].text == "national";
    programme.confidence = confidence_of(root["confidence"].text);
    return programme;
}

/// Without these words nothing stands for 「やちん」 but itself, and most of what people ask finds nothing: silence would look like a poor guide.
void warn_of_no_words(const fs::path& folder, Problems& problems)
{
    problems.warning(folder.string(), 0, "there is no such folder or nothing in it: the guide knows no word for 家賃 but 家賃, and finds little of what people ask",
                     "take guide/words over from the config that came with the program");
}

/// Adds what a file of guide/words says. A concept whose words stood in two files would be half forgotten by whoever reads one.
void add_words(const Value& root, bot::GuideWords& words, Problems& problems)
{
    for (const auto& field : root["concepts"].fields)
        if (!words.concepts.try_emplace(field.key, field.value.words()).second)
            problems.error(root.file(), field.line, "another file has the concept " + in_quotes(field.key), "put all its words there");
    for (auto& word : root["noise"].words()) words.noise.push_back(std::move(word));
    for (auto& word : root["asking"].words()) words.asking.push_back(std::move(word));
}

bot::GuideWords read_words(const fs::path& folder, Problems& problems)
{
    bot::GuideWords words;
    std::error_code failed;
    if (!fs::is_directory(folder, failed)) return words;
    for (const auto& root : read_yaml_folder(folder, problems))
        if (fits_schema(root, "synonyms", problems)) add_words(root, words, problems);
    return words;
}

bot::SituationWords read_situation(const Value& root)
{
    bot::SituationWords situation;
    situation.children_answer = root["children"].text;
    situation.stage_answer = root["stage"].text;
    for (const auto& item : root["rules"].items)
        situation.rules.push_back({item["answer"].text, item["is"].words(), item["topics"].words(), item["audience"].words(),
                                   item["events"].words(), item["programmes"].words()});
    return situation;
}

}  // namespace

bot::GuideText read_text(const Value& value)
{
    bot::GuideText text;
    if (!value.text.empty()) text["ja"] = value.text;
    for (const auto& field : value.fields) text[field.key] = field.value.text;
    return text;
}

std::vector<bot::Amount> read_amounts(const Value& list)
{
    std::vector<bot::Amount> amounts;
    for (const auto& item : list.items)
        amounts.push_back({read_text(item["year"]), read_text(item["text"]), item["source"].text, item["verified_at"].text});
    return amounts;
}

void check_dates(const Value& root, std::chrono::sys_days today, Problems& problems)
{
    const Value review = root["review_by"];
    const auto day = day_of(review.text);
    if (!day)
        problems.error(review, in_quotes(review.text) + " is no day", "write it as 2027-02-20");
    else if (*day < today)
        problems.warning(review, "was to be reviewed by " + review.text,
                         "ask the owning department, correct the entry, and write the next date");
    for (const auto& amount : root["amounts"].items)
        if (const Value verified = amount["verified_at"]; !day_of(verified.text))
            problems.error(verified, in_quotes(verified.text) + " is no day", "write when the source was read: 2026-08-11");
}

void check_promises(const Value& value, Problems& problems)
{
    for (const char* promise : {"必ずもらえ", "あなたは対象です", "受給できます。", "you are eligible", "You are eligible"})
        if (value.is_scalar() && value.text.find(promise) != std::string::npos)
            problems.error(value, "promises what only the window decides: " + in_quotes(promise),
                           "say who it is for, and that the window decides");
    for (const auto& item : value.items) check_promises(item, problems);
    for (const auto& field : value.fields)
        if (field.key != "words") check_promises(field.value, problems);
}

void check_references(const Value& list, const std::vector<std::string>& known, const std::string& thing, Problems& problems)
{
    for (const auto& item : list.items)
        if (std::ranges::find(known, item.text) == known.end())
            problems.error(item, "there is no " + thing + " " + in_quotes(item.text) + did_you_mean(item.text, known),
                           "write the id of one that is there, or take it out");
}

bool LoadedGuide::ok() const
{
    return std::ranges::all_of(problems, &Problem::warning);
}

std::optional<std::chrono::sys_days> day_of(const std::string& text)
{
    int parts[3] = {};
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const char* begin = text.data();
    const std::pair<int, int> places[] = {{0, 4}, {5, 7}, {8, 10}};
    for (int i = 0; i < 3; ++i) {
        const auto read = std::from_chars(begin + places[i].first, begin + places[i].second, parts[i]);
        if (read.ec != std::errc{} || read.ptr != begin + places[i].second) return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(parts[0]), std::chrono::month(static_cast<unsigned>(parts[1])),
                                           std::chrono::day(static_cast<unsigned>(parts[2]))};
    return date.ok() ? std::optional<std::chrono::sys_days>(date) : std::nullopt;
}

std::vector<Value> read_yaml_folder(const fs::path& folder, Problems& problems)
{
    std::vector<fs::path> paths;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (entry.path().extension() == ".yaml" && !entry.path().filename().string().starts_with('.')) paths.push_back(entry.path());
    if (failed) problems.error(folder.string(), 0, "there is no such folder", "give a config folder that has it");
    std::ranges::sort(paths);

    std::vector<Value> roots;
    for (const auto& path : paths) {
        const auto bytes = read_file(path, file_bytes_max);  // one that is too large is for parse_yaml to refuse
        if (!bytes) problems.error(path.string(), 0, "cannot be read", "give this user the right to read it");
        auto root = bytes ? parse_yaml(*bytes, path.string(), problems) : std::nullopt;
        if (root) roots.push_back(std::move(*root));
    }
    return roots;
}

LoadedGuide load_guide(const fs::path& config_dir, std::chrono::sys_days today, const std::set<std::string>* hotline_ids,
                       const ForbiddenPhrases* forbidden)
{
    LoadedGuide loaded;
    Problems problems(loaded.problems);
    std::vector<Value> programmes;
    std::optional<Value> situation;
    loaded.guide.words = read_words(config_dir / "guide" / "words", problems);
    for (auto& root : read_yaml_folder(config_dir / "guide", problems)) {
        const auto stem = fs::path(root.file()).stem().string();
        if (stem == "situation") {
            if (fits_schema(root, "situation", problems)) situation = std::move(root);
            continue;
        }
        if (!fits_schema(root, "guide", problems)) continue;
        if (root["id"].text != stem)
            problems.error(root["id"], "the id is not the file's name", "write " + in_quotes(stem) + " or rename the file");
        programmes.push_back(std::move(root));
    }
    std::vector<std::string> ids;
    for (const auto& root : programmes) ids.push_back(root["id"].text);
    if (situation) {
        loaded.guide.situation = read_situation(*situation);
        for (const auto& rule : (*situation)["rules"].items) check_references(rule["programmes"], ids, "programme", problems);
    }
    for (const auto& root : programmes) {
        check_references(root["related"], ids, "programme", problems);
        if (hotline_ids) check_references(root["hotlines"], {hotline_ids->begin(), hotline_ids->end()}, "hotline", problems);
        check_dates(root, today, problems);
        check_promises(root, problems);
        find_phone_numbers(root, problems);
        if (forbidden) forbidden->check(root, problems);
        loaded.guide.programmes.push_back(read_programme(root));
    }
    std::ranges::sort(loaded.guide.programmes, {}, &bot::Programme::id);
    if (!loaded.guide.programmes.empty() && loaded.guide.words.concepts.empty() && problems.errors() == 0)
        warn_of_no_words(config_dir / "guide" / "words", problems);
    return loaded;
}

}  // namespace tsunagi::config
