#include "bot/flow/offer.h"

#include "bot/base/text.h"
#include "bot/flow/answers.h"
#include "bot/flow/buttons.h"
#include "bot/flow/decide.h"
#include "bot/flow/line_notes.h"
#include "bot/flow/situation.h"
#include "bot/safety/hearing.h"

#include <algorithm>

namespace tsunagi::bot {

std::vector<std::string> ids_in_answer(const Answer* answer)
{
    std::vector<std::string> ids;
    if (!answer) return ids;
    for (std::size_t from = 0; from <= answer->value.size();) {
        const auto to = std::min(answer->value.find(',', from), answer->value.size());
        ids.push_back(answer->value.substr(from, to - from));
        from = to + 1;
    }
    return ids;
}

namespace {

constexpr std::size_t candidates_max = 50;           // more than there are programmes: what is left out is chosen below
constexpr std::size_t card_label_clusters_max = 40;  // facts.md 87: a label of a Flex button

// ---------------------------------------------------------------------------- which

bool names_violence(const Programme& programme)
{
    return !programme.topics.empty() && programme.topics.front() == "dv";
}

bool asks_a_question(const Guide& node, const Conversation& conversation)
{
    const auto* question = node.question_answer.empty() ? nullptr : find_answer(conversation, node.question_answer);
    return question && !question->value.empty();
}

std::vector<GuideHit> hits_for(const Guide& node, const Conversation& conversation, const Support& support,
                               TimePoint now)
{
    auto situation = situation_of(conversation, support.guide().situation, now);
    if (asks_a_question(node, conversation))
        return answer(support.index(), find_answer(conversation, node.question_answer)->value, situation, candidates_max);
    situation.listed = node.programmes;
    return suggest(support.guide(), situation, candidates_max);
}

std::vector<const Programme*> shown_now(const std::vector<GuideHit>& hits, const Guide& node, const Conversation& conversation, TimePoint now)
{
    const bool alone = is_alone(conversation, now);
    const auto seen = ids_in_answer(node.more ? find_answer(conversation, programmes_seen) : nullptr);
    const bool asks_of_violence = asks_a_question(node, conversation) && !hits.empty() && names_violence(*hits.front().programme);
    std::vector<const Programme*> chosen;
    for (const auto& hit : hits) {
        const auto& programme = *hit.programme;
        if (chosen.size() == cards_per_message_max) break;
        if (names_violence(programme) && !alone) continue;
        if (asks_of_violence && std::ranges::find(programme.not_for, "dv_escape") != programme.not_for.end()) continue;
        if (std::ranges::find(seen, programme.id) == seen.end()) chosen.push_back(&programme);
    }
    return chosen;
}

std::vector<const Programme*> held_back(std::vector<GuideHit> hits, const Guide& node, const Conversation& conversation,
                                        const Support& support, TimePoint now)
{
    const auto& risk = conversation.risk;
    const bool is_asked = risk.screen == ScreenSafety::asked && now - risk.told_at <= screen_safe_span;
    if (risk.disguised || risk.screen == ScreenSafety::watched || is_asked || is_alone(conversation, now)) return {};
    if (asks_a_question(node, conversation)) {
        if (hits.empty() || !names_violence(*hits.front().programme)) return {};
        hits.resize(std::min(hits.size(), cards_per_message_max));
    } else {
        auto named = situation_of(conversation, support.guide().situation, now).named;
        named.insert(named.end(), node.programmes.begin(), node.programmes.end());
        std::erase_if(hits, [&](const GuideHit& hit) { return std::ranges::find(named, hit.programme->id) == named.end(); });
    }
    const auto seen = ids_in_answer(find_answer(conversation, programmes_seen));
    std::vector<const Programme*> held;
    for (const auto& hit : hits) {
        const bool waits = names_violence(*hit.programme) && std::ranges::find(seen, hit.programme->id) == seen.end();
        if (waits && held.size() < cards_per_message_max) held.push_back(hit.programme);
    }
    return held;
}

// ---------------------------------------------------------------------------- how it reads

/// Writes one programme as a card, in her language.
class CardWriter {
public:
    CardWriter(const Programme& programme, const Conversation& conversation, const Playbook& playbook, TimePoint now)
        : programme_(programme), language_(conversation.language), playbook_(playbook), now_(now),
          alone_(is_alone(conversation, now))
    {
    }

    Card write()
    {
        card_.title = in(programme_.name);
        card_.text = in(programme_.what);
        if (programme_.apply_before) add("guide.row.before", message("guide.before"));
        add("guide.row.who", in(programme_.who));
        add("guide.row.where", in(programme_.where));
        add("guide.row.bring", in(programme_.bring));
        add("guide.row.when", in(programme_.by_when));
        add("guide.row.paid", in(programme_.payment_schedule));
        add("guide.row.amount", amounts());
        add("guide.row.caution", cautions());
        add_phone();
        add_page();
        auto human = own_button(tap_human, language_, playbook_);
        card_.buttons.push_back({std::move(human.label), "", std::move(human.data)});
        return std::move(card_);
    }

private:
    std::string in(const GuideText& text) const { return std::string(in_language(text, language_)); }
    std::string message(const std::string& key, const std::map<std::string, std::string>& values = {}) const
    {
        return message_text(playbook_, language_, key, values);
    }
    std::string label(const std::string& key, const std::map<std::string, std::string>& values = {}) const
    {
        return std::string(prefix_graphemes(message(key, values), card_label_clusters_max));
    }
    void add(const std::string& label_key, std::string text)
    {
        if (!text.empty()) card_.rows.push_back({message(label_key), std::move(text)});
    }

    std::string amounts() const
    {
        std::string lines;
        for (const auto& amount : programme_.amounts) {
            if (!lines.empty()) lines += '\n';
            lines += message("guide.amount",
                             {{"text", in(amount.text)}, {"year", in(amount.year)}, {"date", amount.verified_at}});
        }
        return lines;
    }

    std::string cautions() const
    {
        std::string lines;
        const auto add_line = [&](const std::string& line) { lines += (lines.empty() ? "" : "\n") + line; };
        for (const auto& caution : programme_.cautions) add_line(in(caution));
        if (alone_ && !programme_.dv_note.empty()) add_line(in(programme_.dv_note));
        if (programme_.confidence == Confidence::c) add_line(message("guide.unsure"));
        return lines;
    }

    bool may_show(const Hotline& line) const
    {
        const auto& support = *playbook_.support;
        const bool names_violence = std::ranges::find(line.topics, "dv") != line.topics.end();
        if (!line.enabled || line.tel.empty() || (names_violence && !alone_) || !serves(line, support.regions())) return false;
        return open_at(line, now_, support.public_holiday(now_));
    }

    /// The first of the programme's lines that answers at this hour.
    const Hotline* open_line() const
    {
        for (const auto& id : programme_.hotlines)
            for (const auto& line : playbook_.support->hotlines())
                if (line.id == id && may_show(line)) return &line;
        return nullptr;
    }

    void add_phone()
    {
        const auto* line = open_line();
        if (!line) return;
        add("guide.row.phone", phone_words(*line, language_, playbook_));
        card_.buttons.push_back({label("guide.button.call", {{"name", in(line->name)}}), "tel:" + line->dial, ""});
    }

    void add_page()
    {
        if (programme_.url.empty()) return;
        add("guide.row.page", programme_.url);
        card_.buttons.push_back({label("guide.button.link"), programme_.url, ""});
    }

    const Programme& programme_;
    const Language& language_;
    const Playbook& playbook_;
    TimePoint now_;
    bool alone_;  ///< nobody else reads her screen
    Card card_;
};

/// A card in words: for the log, for who listens to the screen, for a channel without cards.
std::string in_words(const Card& card)
{
    std::string words = "■ " + card.title + "\n" + card.text;
    for (const auto& row : card.rows) words += "\n・" + row.label + ": " + row.text;
    return words;
}

}  // namespace

Offering programmes_to_offer(const Guide& node, const Conversation& conversation, const Support& support, TimePoint now)
{
    const auto hits = hits_for(node, conversation, support, now);
    return {shown_now(hits, node, conversation, now), held_back(hits, node, conversation, support, now)};
}

OutboundMessage offer_message(const std::vector<const Programme*>& programmes, const Conversation& conversation,
                              const Playbook& playbook, TimePoint now)
{
    OutboundMessage message;
    message.text = message_text(playbook, conversation.language, "guide.cards");
    for (const auto* programme : programmes) {
        message.cards.push_back(CardWriter(*programme, conversation, playbook, now).write());
        message.text += "\n\n" + in_words(message.cards.back());
    }
    return message;
}

Answer with_programmes(Answer answer, const std::vector<const Programme*>& programmes)
{
    for (const auto* programme : programmes) {
        if (!answer.value.empty()) answer.value += ',';
        if (!answer.shown.empty()) answer.shown += "、";
        answer.value += programme->id;
        answer.shown += in_language(programme->name, "ja");  // for counselors
    }
    return answer;
}

void keep_seen(Conversation& conversation, const std::vector<const Programme*>& programmes, bool again)
{
    const auto* before = again ? find_answer(conversation, programmes_seen) : nullptr;
    auto seen = before ? *before : Answer{.name = programmes_seen, .value = {}, .shown = {}};
    keep_answer(conversation, with_programmes(std::move(seen), programmes));
}

}  // namespace tsunagi::bot
