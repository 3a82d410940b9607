#include "server/config/forbidden.h"

#include "bot/base/text.h"
#include "server/config/phone_number.h"

#include <algorithm>
#include <fstream>

namespace tsunagi::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t document_lines_max = 100'000;  // a document beyond it is none

std::string told(const bot::ForbiddenPhrase& found)
{
    return "says " + in_quotes(found.phrase) + ", which is forbidden for the line " + in_quotes(found.line);
}

constexpr const char* forbidden_mend = "say what is true of this line: config/hotlines has its hours, cost and limits";

std::vector<fs::path> documents_of(const fs::path& root)
{
    std::vector<fs::path> documents;
    std::error_code failed;
    if (fs::is_regular_file(root / "README.md", failed)) documents.push_back(root / "README.md");
    for (const auto& entry : fs::directory_iterator(root / "deploy", failed))
        if (entry.path().extension() == ".md") documents.push_back(entry.path());
    std::ranges::sort(documents);
    return documents;
}

void check_document(const fs::path& document, const ForbiddenPhrases& forbidden, Problems& problems)
{
    std::ifstream file(document);
    int number = 0;
    for (std::string line; std::getline(file, line) && number < static_cast<int>(document_lines_max);) {
        ++number;
        if (const auto phone = find_phone_number(line))
            problems.error(document.string(), number, "a phone number, " + in_quotes(*phone),
                           "take it out: numbers stand in config/hotlines alone, each with its source and date");
        if (const auto found = forbidden.find(line))
            problems.error(document.string(), number, told(*found), forbidden_mend);
    }
}

}  // namespace

ForbiddenPhrases::ForbiddenPhrases(const std::vector<bot::Hotline>& lines) : lines_(lines)
{
    for (const auto& line : lines)
        for (const auto& phrase : line.forbidden_phrases) folded_.push_back(fold_for_matching(phrase));
    std::ranges::sort(folded_);
    folded_.erase(std::unique(folded_.begin(), folded_.end()), folded_.end());
}

std::optional<bot::ForbiddenPhrase> ForbiddenPhrases::find(std::string_view text) const
{
    const auto folded = fold_for_matching(text);
    const bool suspicious =
        std::ranges::any_of(folded_, [&](const auto& phrase) { return folded.find(phrase) != folded.npos; });
    return suspicious ? bot::find_forbidden_phrase(text, lines_) : std::nullopt;
}

void ForbiddenPhrases::check(const Value& root, Problems& problems) const
{
    if (root.is_scalar() && !root.replaced)
        if (const auto found = find(root.text)) problems.error(root, told(*found), forbidden_mend);
    for (const auto& item : root.items) check(item, problems);
    for (const auto& field : root.fields)
        if (field.key != "tests" && field.key != "words") check(field.value, problems);
}

std::vector<Problem> check_documents(const fs::path& root, const std::vector<bot::Hotline>& lines)
{
    std::vector<Problem> list;
    Problems problems(list);
    const ForbiddenPhrases forbidden(lines);
    for (const auto& document : documents_of(root)) check_document(document, forbidden, problems);
    return list;
}

}  // namespace tsunagi::config
