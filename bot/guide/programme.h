#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::bot {

/// A text in several languages: language tag -> text. `ja` is always there; `ja-easy` has readings in brackets: 手当（てあて）.
using GuideText = std::map<std::string, std::string>;

/// The text in `language`, else in Japanese, else nothing.
std::string_view in_language(const GuideText& text, std::string_view language);

/// How sure the catalogue is: A official or several sources, B one recent secondary source, C weak: ask the window first.
enum class Confidence : std::uint8_t { a, b, c };

/// Money is never said without its year and where it was read (「目安」).
struct Amount {
    GuideText year;           ///< 「令和8年度」
    GuideText text;
    std::string source;
    std::string verified_at;  ///< ISO date on which the source was read or last checked
};

/// One support measure. Read from config/guide/ID.yaml; immutable afterwards.
struct Programme {
    std::string id;
    GuideText name;
    std::string kana;
    std::vector<int> categories;  ///< of the booklet: 1 to 10 (MUS-11)
    GuideText what, who, where, bring, by_when;
    GuideText payment_schedule;  ///< when it is paid; empty: not paid out in turns, or nobody told us when
    GuideText dv_note;  ///< said where violence may be near, and only while nobody looks over her shoulder
    std::vector<std::string> audience;        ///< single_parent, pre_divorce, dv_escape, bereaved, unmarried, father, grandparent
    std::vector<std::string> not_for;         ///< as `audience`: who is never offered it unasked, whatever else she is
    std::vector<std::string> topics;          ///< of triage: money, housing, work, child, divorce, dv ...
    std::vector<std::string> trigger_events;  ///< divorce, move_in, genkyo, school_entry, age_18, job_loss, pregnancy ...
    std::vector<int> stages;                  ///< 1 to 5 of the path to independence
    std::vector<int> months;                  ///< when it is due or opens; empty: any time
    int child_age_from = -1;                  ///< -1: not about a child's age
    int child_age_to = -1;                    ///< inclusive
    bool apply_before = false;                ///< lost when begun or bought before asking: said first
    std::string url;                          ///< an official page, https; empty: none is known
    std::vector<Amount> amounts;
    std::vector<GuideText> cautions;
    std::vector<std::string> hotlines;  ///< ids of config/hotlines
    std::vector<std::string> words;     ///< how people ask for it: ordinary words, kana, common slips
    bool national = true;  ///< or the desk itself has it: one of another city alone is never offered unasked
    Confidence confidence = Confidence::c;
};

/// Words that mean the same to the search, and words that mean nothing to it. Read from config/guide/words.
struct GuideWords {
    std::map<std::string, std::vector<std::string>> concepts;  ///< name -> ways to say it
    std::vector<std::string> noise;                            ///< 「教えてください」, "how can i"
    std::vector<std::string> asking = {};                      ///< what shows that a text is a question: 「いくら」「ますか」 "how"
};

/// Whether `text` asks something: a question mark, or one of `words.asking` in it. Pure.
bool is_question(std::string_view text, const GuideWords& words);

/// What one answer to a flow's question tells about her. Read from config/guide/situation.yaml, where the names of a desk's
/// answers meet those of the catalogue.
struct SituationRule {
    std::string answer;
    std::vector<std::string> is;  ///< any of these values; empty: whatever was answered
    std::vector<std::string> topics, audience, events;
    std::vector<std::string> programmes;  ///< ids that this answer asks for by itself
};
struct SituationWords {
    std::vector<SituationRule> rules;
    std::string children_answer;  ///< where she tells her children's ages in her own words; empty: nowhere
    std::string stage_answer;     ///< where the flow keeps the stage, 1 to 5; empty: nowhere
};

/// The whole catalogue, sorted by id.
struct GuideBook {
    std::vector<Programme> programmes;
    GuideWords words;
    SituationWords situation = {};

    const Programme* find(std::string_view id) const;
};

}  // namespace tsunagi::bot
