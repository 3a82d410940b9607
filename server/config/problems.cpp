#include "server/config/problems.h"

#include "bot/base/text.h"
#include "server/config/yaml.h"

#include <algorithm>
#include <numeric>

namespace tsunagi::config {
namespace {

constexpr std::size_t shown_graphemes_max = 40; // a problem is one line on a screen

/// Letters to change, add, leave out or swap to come from one word to the other (Damerau-Levenshtein, over bytes: our
/// keys and ids are ASCII).
std::size_t distance(const std::string& from, const std::string& to)
{
    std::vector<std::vector<std::size_t>> cost(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
    for (std::size_t i = 0; i <= from.size(); ++i) cost[i][0] = i;
    for (std::size_t j = 0; j <= to.size(); ++j) cost[0][j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[from.size()][to.size()];
}

} // namespace

void Problems::error(std::string file, int line, std::string what, std::string mend)
{
    add({std::move(file), line, std::move(what), std::move(mend), false});
}

void Problems::error(const Value& at, std::string what, std::string mend)
{
    error(at.file(), at.line, std::move(what), std::move(mend));
}

void Problems::warning(std::string file, int line, std::string what, std::string mend)
{
    add({std::move(file), line, std::move(what), std::move(mend), true});
}

void Problems::warning(const Value& at, std::string what, std::string mend)
{
    warning(at.file(), at.line, std::move(what), std::move(mend));
}

void Problems::add(Problem problem)
{
    const bool known = std::any_of(list_.begin(), list_.end(), [&](const Problem& other) {
        return other.line == problem.line && other.file == problem.file && other.what == problem.what;
    });
    if (!problem.warning) ++errors_;
    if (!known) list_.push_back(std::move(problem));
}

std::string in_quotes(const std::string& word)
{
    std::string line = to_valid_utf8(word);
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::replace(line.begin(), line.end(), '\r', ' ');
    const auto shown = prefix_graphemes(line, shown_graphemes_max);
    return shown.size() == line.size() ? "`" + line + "`" : "`" + std::string(shown) + "…`";
}

std::string any_of(const std::vector<std::string>& words)
{
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
        list += in_quotes(words[i]);
    }
    return list;
}

std::string nearest(const std::string& word, const std::vector<std::string>& known)
{
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(1, std::min<std::size_t>(2, word.size() / 3)) + 1;
    for (const auto& candidate : known) {
        if (candidate.size() > word.size() + 2 || word.size() > candidate.size() + 2) continue;
        const auto apart = distance(word, candidate);
        if (apart >= best_distance) continue;
        best = candidate;
        best_distance = apart;
    }
    return best;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known)
{
    const auto meant = nearest(word, known);
    return meant.empty() ? "" : " (did you mean " + in_quotes(meant) + "?)";
}

} // namespace tsunagi::config
