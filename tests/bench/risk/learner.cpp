#include "tests/bench/risk/learner.h"

#include "bot/base/text.h"
#include "bot/risk/likeness.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <tuple>
#include <unordered_map>

namespace tsunagi::bench {
namespace {

constexpr int rounds = 60;
constexpr double step = 0.05;
constexpr double shrink = 1e-2;       // of weights, each time they are used; a third and three times as much knew strangers worse
constexpr int seen_once = 2;
constexpr int seen_in_copy = 1;       // a copy is half a witness
constexpr int seen_least = 4;         // pieces met in fewer messages than two are a writer's accident
constexpr std::size_t pieces_kept = 560'000;  // and their beginnings; more say nothing more, and load longer
constexpr double seen_counts = 0.25;  // a piece that is met often is worth its place with less weight: weight times messages to the power of this
constexpr std::size_t long_piece = 4;
constexpr int seen_least_when_long = 6;
constexpr std::size_t about_letters_max = 2;      // longer pieces do not tell what a text is about
constexpr std::size_t pieces_bytes_max = 900'000; // of a file; the limit of a config file is 1 MiB
constexpr double rule_value = 0.25;   // a rule's worth beside the pieces'; more trusts rules that were mended on these very messages
constexpr double copy_value = 0.4;    // what a copy in kana, or without its marks, counts
constexpr double words_value = 1.5;   // a word's worth beside a few letters'
constexpr std::size_t categories = bot::risk_category_names.size();

std::string joined(const std::vector<std::string>& names)
{
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    return all;
}

Weights learn(std::vector<const Document*> documents, std::size_t features, const Learner::Label& label)
{
    Weights weights{std::vector<float>(features, 0), 0};
    std::vector<float> moved(features, 1e-8f);
    double base_moved = 1e-8;
    std::mt19937 random(1);
    for (int round = 0; round < rounds; ++round) {
        std::shuffle(documents.begin(), documents.end(), random);
        for (const auto* document : documents) {
            const double wanted = label(*document) ? 1 : 0;
            const double error = (1 / (1 + std::exp(-weights.score(*document))) - wanted) * document->weight;
            for (const auto& [feature, value] : document->features) {
                const double slope = error * value + shrink * weights.of[feature];
                moved[feature] += static_cast<float>(slope * slope);
                weights.of[feature] -= static_cast<float>(step * slope / std::sqrt(moved[feature]));
            }
            base_moved += error * error;
            weights.base -= step * error / std::sqrt(base_moved);
        }
    }
    return weights;
}

std::string in_kana(std::string text, const Readings& readings)
{
    for (const auto& [written, read] : readings)
        for (auto at = text.find(written); at != text.npos; at = text.find(written, at + read.size())) text.replace(at, written.size(), read);
    return text;
}

/// Many type Vietnamese without its marks.
std::string without_marks(const std::string& text)
{
    std::string bare;
    for (std::size_t at = 0; at < text.size();) append_code_point(bare, bot::without_marks(next_code_point(text, at)));
    return bare;
}

double value_of(const std::u32string& piece) { return piece.size() > bot::likeness_piece_max ? words_value : 1; }

bool is_one_word(const std::u32string& piece)
{
    return piece.size() > 2 && piece.front() == U' ' && piece.find(U' ', 1) == piece.size() - 1 && piece.find(bot::likeness_left_out) == piece.npos;
}

int hundredths(double weight) { return static_cast<int>(std::lround(weight * 100)); }
int tenths(double weight) { return static_cast<int>(std::lround(weight * 10)); }

std::string written(const std::u32string& piece)
{
    std::string text;
    for (const auto letter : piece) append_code_point(text, letter == U' ' ? U'_' : letter);
    return text;
}

constexpr auto files_head =
    "# yaml-language-server: $schema=../schema/risk.schema.json\n"
    "# The net below the rules (bot/risk/likeness.h): how much a text is like the labelled messages of danger.\n"
    "# Written by tests/bench/risk/learn_risk. Change the thresholds by hand, never the weights: add messages and learn again.\n";

/// likeness-pieces-1.yaml, -2 ...: as many as it takes; those of last time go.
void write_pieces(const std::filesystem::path& folder, const std::vector<std::string>& lines)
{
    const auto path = [&](int number) { return folder / ("likeness-pieces-" + std::to_string(number) + ".yaml"); };
    for (int number = 1; std::filesystem::remove(path(number)); ++number) {}
    int number = 0;
    std::ofstream out;
    std::size_t bytes = pieces_bytes_max;
    for (const auto& line : lines) {
        if (bytes + line.size() > pieces_bytes_max) {
            out.close();
            out.open(path(++number));
            out << files_head << "likeness-pieces: |\n";
            bytes = 0;
        }
        out << "  " << line << '\n';
        bytes += line.size() + 3;
    }
    if (!out.good()) throw std::runtime_error(folder.string() + ": cannot be written");
}

}  // namespace

Readings read_readings(const std::string& path)
{
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + ": cannot be read");
    Readings readings;
    for (std::string line; std::getline(file, line);)
        if (const auto tab = line.find('\t'); tab != line.npos && tab > 0) readings.emplace_back(line.substr(0, tab), line.substr(tab + 1));
    std::stable_sort(readings.begin(), readings.end(), [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    return readings;
}

bool is_danger(const Document& document) { return document.message->level >= 2; }
bool is_high(const Document& document) { return document.message->level >= 3; }

void Learner::add(const Labelled& message, std::size_t group)
{
    auto text = message.text;
    for (auto at = text.find(" // "); at != text.npos; at = text.find(" // ")) text.replace(at, 4, "\n");
    add(message, text, group, 1);
    if (readings_.empty()) return;
    if (const auto kana = in_kana(text, readings_); kana != text) add(message, kana, group, copy_value);
}

void Learner::keep_what_was_seen_often()
{
    for (const auto& [piece, feature] : pieces_)
        if (piece.size() >= long_piece && !is_one_word(piece) && seen_[feature] < seen_least_when_long) seen_[feature] = 0;
    for (auto& document : documents_)
        std::erase_if(document.features, [&](const auto& feature) { return seen_[feature.first] < seen_least; });
}

void Learner::keep_what_says_most()
{
    const auto danger = learn_but(nothing_left_out, false, is_danger);
    const auto high = learn_but(nothing_left_out, false, is_high);
    std::vector<std::pair<double, const std::u32string*>> said;
    for (const auto& [piece, feature] : pieces_) {
        const double weight = std::max(std::abs(danger.of[feature]), std::abs(high.of[feature]));
        if (weight > 0) said.emplace_back(weight * std::pow(seen_[feature], seen_counts), &piece);
    }
    std::sort(said.begin(), said.end(), [](const auto& a, const auto& b) { return std::tie(b.first, *a.second) < std::tie(a.first, *b.second); });
    said.resize(std::min(said.size(), pieces_kept));

    std::map<std::u32string, std::uint32_t> kept;
    for (const auto& [score, piece] : said) {
        kept.insert(*pieces_.find(*piece));
        if (piece->size() > bot::likeness_piece_max) continue;  // a word is looked up as a whole
        for (std::size_t length = 1; length < piece->size(); ++length)
            if (const auto beginning = pieces_.find(piece->substr(0, length)); beginning != pieces_.end()) kept.insert(*beginning);
    }
    pieces_ = std::move(kept);
    std::vector<bool> stays(seen_.size(), false);
    for (const auto& [piece, feature] : pieces_) stays[feature] = true;
    for (const auto& [id, feature] : rule_numbers_) stays[feature] = true;
    for (auto& document : documents_) std::erase_if(document.features, [&](const auto& feature) { return !stays[feature.first]; });
}

Weights Learner::learn_but(std::size_t left_out, bool danger_only, const Label& label) const
{
    std::vector<const Document*> some;
    for (const auto& document : documents_)
        if (document.group != left_out && (!danger_only || document.message->level >= 2)) some.push_back(&document);
    return learn(std::move(some), seen_.size(), label);
}

void Learner::add(const Labelled& message, const std::string& text, std::size_t group, double weight)
{
    bot::Views views;
    bot::make_views(text, views);
    add(message, text, views.text, group, weight);
    if (bot::is_vietnamese(views.text)) add(message, without_marks(text), group, copy_value);
    if (views.kana.size() > 0) add(message, text, views.kana, group, copy_value);
}

void Learner::add(const Labelled& message, const std::string& text, const bot::View& view, std::size_t group, double weight)
{
    Document document{{}, &message, group, weight, bench::judge(rules_, message).level};
    bot::LikenessLetters letters;
    bot::make_likeness_letters(view, letters);
    const auto value = 1 / bot::likeness_divisor(letters.letters.size());
    std::map<std::uint32_t, double> sums;
    bot::for_each_piece(letters, [&](const std::u32string& piece) { sums[number(piece)] += value * value_of(piece); });
    for (const auto& id : bot::rules_met(rules_, text)) sums[rule_number(id)] = rule_value;
    for (const auto& [feature, sum] : sums) {
        document.features.emplace_back(feature, static_cast<float>(sum));
        seen_[feature] += weight == 1 ? seen_once : seen_in_copy;
    }
    documents_.push_back(std::move(document));
}

std::uint32_t Learner::number(const std::u32string& piece)
{
    const auto [at, fresh] = pieces_.emplace(piece, static_cast<std::uint32_t>(seen_.size()));
    if (fresh) seen_.push_back(0);
    return at->second;
}

std::uint32_t Learner::rule_number(const std::string& id)
{
    const auto [at, fresh] = rule_numbers_.emplace(id, static_cast<std::uint32_t>(seen_.size()));
    if (fresh) seen_.push_back(seen_least);
    return at->second;
}

void Learner::write(const std::filesystem::path& folder, const bot::LikenessSource& as_before) const
{
    const auto danger = learn_but(nothing_left_out, false, is_danger);
    const auto high = learn_but(nothing_left_out, false, is_high);
    const auto now = learn_but(nothing_left_out, true, [](const Document& document) { return document.message->level >= 4; });
    std::vector<Weights> about;
    for (std::size_t category = 0; category < categories; ++category)
        about.push_back(learn_but(nothing_left_out, true, [&](const Document& document) {
            const auto& named = document.message->categories;
            return std::find(named.begin(), named.end(), static_cast<bot::RiskCategory>(category)) != named.end();
        }));

    std::ofstream out(folder / "likeness.yaml");
    out << files_head << "likeness:\n";
    out << "  danger-from: " << as_before.danger_from << "\n  passage-from: " << as_before.passage_from << "\n  story-from: " << as_before.story_from;
    out << "\n  elsewhere-lower: " << as_before.elsewhere_lower << "\n  high-from: " << as_before.high_from << "\n  now-from: " << as_before.now_from;
    out << "\n  ordinary-below: " << as_before.ordinary_below << "\n  ordinary-passage-below: " << as_before.ordinary_passage_below << "\n  ordinary-applies: [" << joined(as_before.ordinary_applies);
    out << "]\n  reason-danger: " << as_before.reason_danger << "\n  reason-high: " << as_before.reason_high << "\n  reason-now: " << as_before.reason_now << '\n';
    out << "  base-danger: " << hundredths(danger.base) << "\n  base-high: " << hundredths(high.base) << "\n  base-now: " << hundredths(now.base) << "\n  rules: |\n";
    for (const auto& [id, feature] : rule_numbers_)
        out << "    " << id << ' ' << hundredths(danger.of[feature] * rule_value) << ' ' << hundredths(high.of[feature] * rule_value) << ' '
            << hundredths(now.of[feature] * rule_value) << '\n';
    if (!out.good()) throw std::runtime_error(folder.string() + ": cannot be written");

    constexpr int about_least = 15;  // a category's weight below is noise; written in quarters of hundredths to fit eight bits
    std::vector<std::string> lines;
    for (const auto& [piece, feature] : pieces_) {
        const auto value = value_of(piece);
        auto line = written(piece) + ' ' + std::to_string(tenths(danger.of[feature] * value)) + ' ' + std::to_string(tenths(high.of[feature] * value)) + ' ' +
                    std::to_string(tenths(now.of[feature] * value));
        for (std::size_t category = 0; category < categories; ++category)
            if (const auto weight = std::clamp(hundredths(about[category].of[feature] * value) / 4, -120, 120); (piece.size() <= about_letters_max || is_one_word(piece)) && weight >= about_least)
                line += ' ' + std::string(bot::risk_category_names[category]) + ':' + std::to_string(weight);
        lines.push_back(std::move(line));
    }
    write_pieces(folder, lines);
}

}  // namespace tsunagi::bench
