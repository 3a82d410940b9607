#include "bot/risk/rules.h"

#include "bot/base/text.h"
#include "bot/risk/detector.h"

#include <algorithm>
#include <map>
#include <set>

namespace tsunagi::bot {
namespace {

constexpr int level_max = 4;

/// One compilation: collects mistakes, so that all are told at once.
class Compiling {
public:
    explicit Compiling(const RiskSource& source) : source_(source), rules_(std::make_shared<RiskRules>()) {}

    Result<std::shared_ptr<const RiskRules>, std::vector<RiskMistake>> run()
    {
        for (const auto name : risk_category_names) rules_->categories.set(tag(std::string(name)));
        for (const auto& spelling : source_.spellings) add_spelling(spelling);
        for (const auto& set : source_.words) add_words(set);
        for (const auto& idiom : source_.idioms) add_idiom(idiom);
        for (const auto& rule : source_.rules) add_rule(rule);
        for (const auto& modifier : source_.modifiers) add_modifier(modifier);
        for (const auto& combination : source_.combinations) add_combination(combination);
        if (source_.likeness) add_likeness(*source_.likeness);
        for (auto* matcher : {&rules_->japanese, &rules_->latin}) matcher->seal();
        if (!mistakes_.empty()) return std::move(mistakes_);
        return std::shared_ptr<const RiskRules>(std::move(rules_));
    }

private:
    std::size_t tag(const std::string& name)
    {
        const auto [at, fresh] = tags_.emplace(name, tags_.size());
        if (fresh && tags_.size() > tags_max) {
            mistakes_.push_back({"", 0, "there are more than " + std::to_string(tags_max) + " rule ids and tags", "raise tags_max in bot/risk/rules.h"});
            tags_.erase(at);
            return 0;
        }
        return at->second;
    }

    void wrong(const PatternSource& at, std::string what, std::string mend)
    {
        mistakes_.push_back({at.file, at.line, std::move(what), std::move(mend)});
    }

    static PatternSource place_of(const std::vector<PatternSource>& patterns)
    {
        return patterns.empty() ? PatternSource{} : patterns.front();
    }

    bool fresh_id(const std::string& id, const PatternSource& at)
    {
        if (ids_.insert(id).second) return true;
        wrong(at, "the id `" + id + "` is there twice", "give each rule an id of its own");
        return false;
    }

    void add_spelling(const SpellingSource& spelling)
    {
        auto parsed = parse_pattern(spelling.also.text, false, words_, {});
        if (!parsed) return wrong(spelling.also, parsed.error().what, "see the pattern language in bot/risk/pattern.h");
        std::u32string written;
        for (std::size_t at = 0; at < spelling.written.size();) written.push_back(next_code_point(spelling.written, at));
        spellings_.emplace(std::move(written), std::move(*parsed));
    }

    void add_words(const WordSetSource& set)
    {
        const bool latin = std::ranges::all_of(set.pattern.text, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
        auto parsed = parse_pattern(set.pattern.text, latin, words_, spellings_);
        if (!parsed) return wrong(set.pattern, "{" + set.name + "}: " + parsed.error().what, "see the pattern language in bot/risk/pattern.h");
        if (!words_.emplace(set.name, std::move(*parsed)).second) wrong(set.pattern, "the word set {" + set.name + "} is there twice", "rename one");
    }

    /// `add`: tells a matcher of a parsed pattern; what it thinks wrong of it, if anything.
    template <typename Add> void add_patterns(const std::vector<PatternSource>& patterns, RiskScript script, Add add)
    {
        const bool latin = script == RiskScript::latin;
        for (const auto& pattern : patterns) {
            auto parsed = parse_pattern(pattern.text, latin, words_, spellings_);
            auto mistake = parsed ? add(latin ? rules_->latin : rules_->japanese, *parsed, latin) : std::optional(parsed.error());
            if (mistake) wrong(pattern, mistake->what, "see the pattern language in bot/risk/pattern.h");
        }
    }

    void add_idiom(const IdiomSource& idiom)
    {
        fresh_id(idiom.id, place_of(idiom.patterns));
        add_patterns(idiom.patterns, idiom.script, [](Matcher& matcher, const PatternNode& pattern, bool latin) { return matcher.add_idiom(pattern, latin); });
    }

    void add_rule(const RuleSource& rule)
    {
        fresh_id(rule.id, place_of(rule.patterns));
        if (rule.level < 0 || rule.level > level_max) wrong(place_of(rule.patterns), "the level is not 0 to 4", "see practice.md section 9");
        RiskRules::Rule compiled{rule.id, rule.reason, rule.categories, rule.level, rule.firm, {}, {}};
        compiled.tags.set(tag(rule.id));
        for (const auto& name : rule.tags) compiled.tags.set(tag(name));
        for (const auto category : rule.categories) compiled.tags.set(tag(std::string(name_of(category))));
        rules_->rules.push_back(std::move(compiled));
        add_entry(RiskRules::EntryKind::rule, rules_->rules.size() - 1, rule.script, rule.patterns);
    }

    void add_modifier(const ModifierSource& modifier)
    {
        fresh_id(modifier.id, place_of(modifier.patterns));
        RiskRules::Modifier compiled{modifier.place, modifier.within, modifier.cap, modifier.if_everyday, {}};
        for (const auto& name : modifier.applies) compiled.applies |= known_tag(name, place_of(modifier.patterns));
        rules_->modifiers.push_back(compiled);
        add_entry(RiskRules::EntryKind::modifier, rules_->modifiers.size() - 1, modifier.script, modifier.patterns);
    }

    void add_entry(RiskRules::EntryKind kind, std::size_t index, RiskScript script, const std::vector<PatternSource>& patterns)
    {
        rules_->entries.push_back({kind, index});
        const auto owner = static_cast<std::uint32_t>(rules_->entries.size() - 1);
        add_patterns(patterns, script, [owner](Matcher& matcher, const PatternNode& pattern, bool latin) { return matcher.add(pattern, latin, owner); });
    }

    void add_combination(const CombinationSource& combination)
    {
        fresh_id(combination.id, combination.place);
        RiskRules::Combination compiled{combination.id, combination.reason, combination.categories, combination.level, combination.one_sentence, {}, {}, {}};
        for (const auto& choice : combination.all) {
            Tags any;
            for (std::size_t at = 0; at <= choice.size();) {
                const auto end = std::min(choice.find('|', at), choice.size());
                any |= known_tag(choice.substr(at, end - at), combination.place);
                at = end + 1;
            }
            compiled.all.push_back(any);
        }
        compiled.tags.set(tag(combination.id));
        for (const auto category : combination.categories) compiled.tags.set(tag(std::string(name_of(category))));
        rules_->combinations.push_back(std::move(compiled));
    }

    void add_likeness(const LikenessSource& likeness)
    {
        auto table = LikenessTable::make(likeness);
        if (!table) {
            mistakes_.insert(mistakes_.end(), table.error().begin(), table.error().end());
            return;
        }
        auto& net = rules_->net;
        net.table = std::move(*table);
        constexpr double unit = 100;
        net.danger_from = likeness.danger_from / unit;
        net.passage_from = likeness.passage_from / unit;
        net.story_from = likeness.story_from / unit;
        net.elsewhere_lower = likeness.elsewhere_lower / unit;
        net.high_from = likeness.high_from / unit;
        net.now_from = likeness.now_from / unit;
        net.ordinary_below = likeness.ordinary_below / unit;
        net.ordinary_passage_below = likeness.ordinary_passage_below / unit;
        net.danger_reason = likeness.reason_danger;
        net.high_reason = likeness.reason_high;
        net.now_reason = likeness.reason_now;
        for (const auto& name : likeness.ordinary_applies) net.ordinary_applies |= known_tag(name, likeness.place);
        for (std::size_t at = 0; at < net.categories.size(); ++at) net.categories[at] = {static_cast<RiskCategory>(at)};
        for (auto& rule : rules_->rules) rule.adds = net.table.of_rule(rule.id);
        for (auto& combination : rules_->combinations) combination.adds = net.table.of_rule(combination.id);
        fresh_id(net.danger_id, likeness.place);
        fresh_id(net.high_id, likeness.place);
        fresh_id(net.now_id, likeness.place);
    }

    /// A tag that some rule has; a name nobody has is a slip of the pen that would silence a rule for ever.
    Tags known_tag(const std::string& name, const PatternSource& at)
    {
        Tags one;
        if (const auto found = tags_.find(name); found != tags_.end()) one.set(found->second);
        else wrong(at, "no rule has the id, tag or category `" + name + "`", "correct the name, or remove it");
        return one;
    }

    const RiskSource& source_;
    std::shared_ptr<RiskRules> rules_;
    std::vector<RiskMistake> mistakes_;
    std::map<std::string, std::size_t> tags_;
    std::set<std::string> ids_;
    WordSets words_;
    Spellings spellings_;
};

}  // namespace

Result<std::shared_ptr<const RiskRules>, std::vector<RiskMistake>> compile_risk_rules(const RiskSource& source)
{
    return Compiling(source).run();
}

std::string_view reason_of(const RiskRules& rules, std::string_view rule_id)
{
    for (const auto& rule : rules.rules)
        if (rule.id == rule_id) return rule.reason;
    for (const auto& combination : rules.combinations)
        if (combination.id == rule_id) return combination.reason;
    if (rule_id == rules.net.danger_id) return rules.net.danger_reason;
    if (rule_id == rules.net.high_id) return rules.net.high_reason;
    if (rule_id == rules.net.now_id) return rules.net.now_reason;
    return {};
}

}  // namespace tsunagi::bot
