#pragma once
#include "bot/risk/rule_source.h"
#include "bot/risk/view.h"
#include "tests/bench/risk/labelled.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::bench {

/// A message as it is learnt from: its pieces and the rules that were met in it.
struct Document {
    std::vector<std::pair<std::uint32_t, float>> features;
    const Labelled* message = nullptr;
    std::size_t group = 0;
    double weight = 1;
    int rule_level = 0;
};

/// What was learnt of one target.
struct Weights {
    std::vector<float> of;
    double base = 0;

    double score(const Document& document) const
    {
        double sum = base;
        for (const auto& [feature, value] : document.features) sum += of[feature] * value;
        return sum;
    }
};

/// How words are read: written -> in kana, the longest first.
using Readings = std::vector<std::pair<std::string, std::string>>;

/// Throws std::runtime_error when the file cannot be read.
Readings read_readings(const std::string& path);

bool is_danger(const Document& document);
bool is_high(const Document& document);

constexpr std::size_t nothing_left_out = static_cast<std::size_t>(-1);

/// Logistic regression over pieces of one to five letters and over the rules that were met. Everything is seeded: the same
/// messages give the same weights.
class Learner {
public:
    using Label = std::function<bool(const Document&)>;

    Learner(const bot::RiskRules& rules, Readings readings) : rules_(rules), readings_(std::move(readings)) {}

    /// `message` must live as long as the learner.
    void add(const Labelled& message, std::size_t group);

    void keep_what_was_seen_often();

    /// Leaves the pieces that say most, their beginnings, because the table finds a piece letter by letter, and the rules.
    void keep_what_says_most();

    /// The weights of one target over all documents but those of `left_out`.
    Weights learn_but(std::size_t left_out, bool danger_only, const Label& label) const;

    const std::vector<Document>& documents() const { return documents_; }

    /// Writes likeness.yaml and likeness-pieces-N.yaml; the thresholds stay `as_before`. Throws std::runtime_error when it cannot.
    void write(const std::filesystem::path& folder, const bot::LikenessSource& as_before) const;

private:
    void add(const Labelled& message, const std::string& text, std::size_t group, double weight);
    void add(const Labelled& message, const std::string& text, const bot::View& view, std::size_t group, double weight);
    std::uint32_t number(const std::u32string& piece);
    std::uint32_t rule_number(const std::string& id);

    const bot::RiskRules& rules_;
    Readings readings_;
    std::map<std::u32string, std::uint32_t> pieces_;
    std::map<std::string, std::uint32_t> rule_numbers_;
    std::vector<int> seen_;
    std::vector<Document> documents_;
};

}  // namespace tsunagi::bench
