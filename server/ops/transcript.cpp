#include "server/ops/transcript.h"

#include "server/config/read_hours.h"
#include "server/ops/expectations.h"
#include "server/ops/world.h"

#include <algorithm>
#include <array>

namespace tsunagi::ops {
namespace {

using config::Value;

constexpr const char* first_person = "she"; // when a story needs only one
constexpr std::size_t shown_lines_max = 12; // of the story so far: what led here, not all of it

/// A working Friday; when the desk is closed then, its next opening is taken.
const TimePoint usual_day = *read_instant("2026-11-20T11:00+09:00");

struct RefusalName {
    handoff::Refusal refusal;
    const char* name;
};
constexpr std::array<RefusalName, 11> refusal_names{{
    {handoff::Refusal::already_held, "already_held"},
    {handoff::Refusal::not_waiting, "not_waiting"},
    {handoff::Refusal::not_holder, "not_holder"},
    {handoff::Refusal::off_duty, "off_duty"},
    {handoff::Refusal::colleague_off_duty, "colleague_off_duty"},
    {handoff::Refusal::at_capacity, "at_capacity"},
    {handoff::Refusal::skill_missing, "skill_missing"},
    {handoff::Refusal::no_such_counselor, "no_such_counselor"},
    {handoff::Refusal::text_empty, "text_empty"},
    {handoff::Refusal::text_too_long, "text_too_long"},
    {handoff::Refusal::reason_missing, "reason_missing"},
}};

std::string name_of(handoff::Refusal refusal)
{
    const auto known = std::find_if(refusal_names.begin(), refusal_names.end(),
                                    [&](const auto& entry) { return entry.refusal == refusal; });
    return known->name;
}

handoff::Role role_of(const std::string& name)
{
    static const std::map<std::string, handoff::Role> roles{{"supervisor", handoff::Role::supervisor},
                                                            {"peer_concierge", handoff::Role::peer_concierge},
                                                            {"desk_manager", handoff::Role::desk_manager},
                                                            {"auditor", handoff::Role::auditor}};
    const auto known = roles.find(name);
    return known == roles.end() ? handoff::Role::counselor : known->second;
}

std::vector<handoff::Counselor> read_staff(const Value& root, std::uint32_t capacity)
{
    std::vector<handoff::Counselor> staff;
    for (const auto& item : root["counselors"].items) {
        handoff::Counselor counselor;
        counselor.name = item["name"].text;
        counselor.on_duty = item["on_duty"].truth().value_or(true);
        counselor.role = role_of(item["role"].text);
        counselor.skills = item["skills"].words();
        counselor.capacity = static_cast<std::uint32_t>(item["capacity"].number().value_or(capacity));
        staff.push_back(std::move(counselor));
    }
    if (root.find("counselors")) return staff;
    handoff::Counselor nameless;
    nameless.on_duty = true;
    nameless.capacity = capacity;
    staff.assign(static_cast<std::size_t>(root["on_duty"].number().value_or(1)), nameless);
    return staff;
}

std::vector<bot::Answer> read_answers(const Value& values)
{
    std::vector<bot::Answer> answers;
    for (const auto& field : values.fields)
        if (!field.value.is_null())
            answers.push_back({field.key, joined_value(field.value), joined_value(field.value)});
    return answers;
}

/// The desk's playbook; for a flow's own transcript one in which that flow is the first contact's.
std::shared_ptr<const bot::Playbook> playbook_of(const Story& story, const config::Loaded& loaded)
{
    const auto& playbook = loaded.playbooks.at(story.desk);
    if (story.flow.empty() || story.flow == playbook->entry) return playbook;
    auto begins_here = std::make_shared<bot::Playbook>(*playbook);
    begins_here->entry = story.flow;
    return begins_here;
}

/// A story's own hours, so that it holds whatever hours the desk has. What is no slot is left out; the story then tells by failing.
handoff::OpeningHours read_own_hours(const config::Value& hours)
{
    std::vector<config::Problem> left_out;
    config::Problems problems(left_out);
    return config::read_hours(hours, problems);
}

WorldStart start_of(const Story& story, const config::Loaded& loaded)
{
    WorldStart start;
    start.playbook = playbook_of(story, loaded);
    const auto desk = std::find_if(loaded.desks.begin(), loaded.desks.end(),
                                   [&](const auto& known) { return known.id == story.desk; });
    if (!desk->line_channels.empty()) {
        start.hours = desk->line_channels.front().hours;
        start.channel = desk->line_channels.front().name;
    }
    if (const auto* hours = story.root.find("hours")) start.hours = read_own_hours(*hours);
    start.now = read_instant(story.root["now"].text)
                    .value_or(handoff::next_opening(start.hours, usual_day).value_or(usual_day));
    start.language = story.root["language"].text;
    start.answers = read_answers(story.root["answers"]);
    start.staff = read_staff(story.root, desk->capacity_per_counselor);
    start.others_may_come = !story.root.find("counselors");
    return start;
}

/// What a step says of a command: written beside the verb, or below it.
struct CommandWords {
    const Value& step;
    Value below;

    std::string word(const char* key, const char* verb_means) const
    {
        if (below.is_scalar() && std::string_view(key) == verb_means) return below.text;
        if (const auto* found = below.find(key)) return found->text;
        return step[key].text;
    }
    bool flag(const char* key) const
    {
        const auto* found = below.find(key);
        return (found ? *found : step[key]).truth().value_or(false);
    }
};

/// Plays a story's steps. Each verb has a function that carries it out, or checks it, and returns what is wrong; empty
/// when it held.
class Playing {
public:
    Playing(const Story& story, const config::Loaded& loaded)
        : story_(story), world_(start_of(story, loaded)), whom_(first_person)
    {
    }

    std::optional<StoryFailure> run()
    {
        const Value now = story_.root["now"];
        if (!now.is_null() && !read_instant(now.text)) return failure(now, 0, spoken(now.text) + " is no moment");
        const Value steps = story_.root["say"];
        for (std::size_t i = 0; i < steps.items.size(); ++i) {
            std::string wrong = step(steps.items[i]);
            if (wrong.empty()) wrong = world_.trouble();
            if (!wrong.empty()) return failure(steps.items[i], i + 1, wrong);
        }
        return std::nullopt;
    }

private:
    using Act = std::string (Playing::*)(const Value& step, const Value& value);

    static const std::map<std::string, Act>& verbs()
    {
        static const std::map<std::string, Act> known{
            {"person", &Playing::person},
            {"tap", &Playing::tap},
            {"sticker", &Playing::sticker},
            {"media", &Playing::media},
            {"follow", &Playing::follow},
            {"unfollow", &Playing::unfollow},
            {"unsend", &Playing::unsend},
            {"wait", &Playing::wait},
            {"duty", &Playing::duty},
            {"claim", &Playing::claim},
            {"send", &Playing::send},
            {"note", &Playing::note},
            {"transfer", &Playing::transfer},
            {"return", &Playing::give_back},
            {"close", &Playing::close},
            {"bot", &Playing::expect_told},
            {"holder", &Playing::expect_holder},
            {"queue", &Playing::expect_queue},
            {"answer", &Playing::expect_answer},
            {"speaks", &Playing::expect_language},
            {"log", &Playing::expect_log},
        };
        return known;
    }

    std::string step(const Value& step)
    {
        if (const auto* whom = step.find("as")) whom_ = whom->text;
        bool did_something = step.find("as") != nullptr;
        for (const auto& field : step.fields) {
            const auto verb = verbs().find(field.key);
            if (verb == verbs().end()) continue;
            did_something = true;
            if (auto wrong = (this->*verb->second)(step, field.value); !wrong.empty()) return wrong;
        }
        return did_something ? "" : "a step in which nothing happens";
    }

    World::Person& her() { return world_.person(whom_); }

    // ------------------------------------------------------------------------------------------ what she does

    std::string receive(const std::string& shown, bot::InboundContent content)
    {
        so_far_.push_back(whom_ + ": " + shown);
        world_.receive(whom_, std::move(content));
        tell_so_far();
        return "";
    }

    std::string person(const Value&, const Value& text) { return receive(text.text, bot::TextReceived{text.text, ""}); }

    std::string tap(const Value&, const Value& label)
    {
        const auto button = world_.button(whom_, label.text);
        if (!button) return "expected a button " + spoken(label.text) + "; " + buttons_shown(her().all_told);
        return receive("[" + label.text + "]", bot::PostbackReceived{button->data, {}});
    }

    std::string sticker(const Value&, const Value& keywords)
    {
        return receive("(sticker)", bot::StickerReceived{"", keywords.words()});
    }

    std::string media(const Value&, const Value& kind)
    {
        static const std::map<std::string, bot::MediaKind> kinds{{"image", bot::MediaKind::image},
                                                                 {"video", bot::MediaKind::video},
                                                                 {"audio", bot::MediaKind::audio},
                                                                 {"file", bot::MediaKind::file}};
        bot::MediaReceived received;
        received.kind = kinds.at(kind.text);
        if (received.kind == bot::MediaKind::file) received.file_name = "file.pdf";
        return receive("(" + kind.text + ")", received);
    }

    std::string follow(const Value&, const Value&) { return receive("(follows)", bot::Followed{!her().log.empty()}); }
    std::string unfollow(const Value&, const Value&) { return receive("(unfollows)", bot::Unfollowed{}); }

    std::string unsend(const Value&, const Value& what)
    {
        const auto& sent = her().sent;
        const auto found = std::find_if(sent.rbegin(), sent.rend(), [&](const auto& message) {
            return what.text == "last" || message.second == what.text;
        });
        if (found == sent.rend()) return "she never sent " + spoken(what.text);
        return receive("(unsends)", bot::Unsent{found->first});
    }

    std::string wait(const Value&, const Value& time)
    {
        const auto duration = read_duration(time.text);
        if (!duration) return spoken(time.text) + " is no time to wait";
        world_.wait(*duration);
        so_far_.push_back("(" + time.text + " later)");
        return "";
    }

    // ----------------------------------------------------------------------------------- what counselors do

    std::string duty(const Value&, const Value& names)
    {
        for (const auto& field : names.fields) {
            if (!world_.counselor(field.key)) return "nobody here is called " + spoken(field.key);
            world_.set_duty(field.key, field.value.text == "on" || field.value.text == "true");
        }
        return "";
    }

    /// `refused: …` must then be what comes of it; without it, nothing may be refused.
    std::string command(const CommandWords& words, const std::string& verb, const char* verb_means,
                        const World::Command& act, bool nobody_to_take = false)
    {
        const auto name = words.word("by", verb_means);
        const auto by = world_.counselor(name);
        if (!by) return "nobody here is called " + spoken(name) + "; write `by: NAME`";
        const auto refused =
            nobody_to_take ? std::optional(handoff::Refusal::no_such_counselor) : world_.command(whom_, *by, act);
        const std::string got = refused ? name_of(*refused) : "";
        const std::string expected = words.word("refused", "");
        so_far_.push_back(name + " (" + verb + ")" + (refused ? ": refused, " + got : ""));
        if (!refused) tell_so_far();
        if (got == expected) return "";
        if (expected.empty()) return "expected that " + name + " may " + verb + "; it was refused: " + got;
        return "expected a refusal, " + expected + "; " + (got.empty() ? "it was done" : "it was refused: " + got);
    }

    std::string claim(const Value& step, const Value& value)
    {
        return command({step, value}, "claim", "by", [&](const auto& conversation, const auto& by) {
            return handoff::claim(conversation, by, world_.playbook(), world_.now());
        });
    }

    std::string send(const Value& step, const Value& value)
    {
        const CommandWords words{step, value};
        return command(words, "send", "text", [&](const auto& conversation, const auto& by) {
            return handoff::send_text(conversation, by, words.word("text", "text"), world_.now());
        });
    }

    std::string note(const Value& step, const Value& value)
    {
        const CommandWords words{step, value};
        return command(words, "note", "text", [&](const auto& conversation, const auto& by) {
            return handoff::add_note(conversation, by, words.word("text", "text"), world_.now());
        });
    }

    std::string transfer(const Value& step, const Value& value)
    {
        const CommandWords words{step, value};
        const auto name = words.word("to", "to");
        const auto to = name.empty() ? std::nullopt : world_.counselor(name);
        return command(
            words, "transfer", "to",
            [&](const auto& conversation, const auto& by) {
                return handoff::transfer(conversation, by, to, words.word("reason", ""), world_.playbook(),
                                         world_.now());
            },
            !name.empty() && !to);
    }

    std::string give_back(const Value& step, const Value& value)
    {
        return command({step, value}, "return", "by", [&](const auto& conversation, const auto& by) {
            return handoff::return_to_bot(conversation, by, world_.playbook(), world_.now(), handoff::all_seen);
        });
    }

    std::string close(const Value& step, const Value& value)
    {
        const CommandWords words{step, value};
        return command(words, "close", "outcome", [&](const auto& conversation, const auto& by) {
            return handoff::close(conversation, by, words.word("outcome", "outcome"), words.flag("goodbye"),
                                  world_.playbook(), world_.now(), handoff::all_seen);
        });
    }

    // ------------------------------------------------------------------------------------- what must be true

    std::string expect_told(const Value&, const Value& value) { return wrong_in_told(value, her().told); }
    std::string expect_holder(const Value&, const Value& value)
    {
        return wrong_holder(value.text, her().conversation.holder);
    }
    std::string expect_answer(const Value&, const Value& value) { return wrong_answer(value, her().conversation); }
    std::string expect_log(const Value&, const Value& value) { return wrong_in_log(value, her().log); }

    std::string expect_queue(const Value&, const Value& value)
    {
        const auto& conversation = her().conversation;
        if (!conversation.holder.is_queue()) return "expected her to wait; " + held_by(conversation.holder);
        return wrong_in_queue(value, conversation, world_.place_in_line(whom_));
    }

    std::string expect_language(const Value&, const Value& value)
    {
        const auto& language = her().conversation.language;
        return language == value.text ? "" : "expected her language to be " + value.text + "; it is " + language;
    }

    // ------------------------------------------------------------------------------------------- how it went

    void tell_so_far()
    {
        for (const auto& message : her().told) so_far_.push_back("    → " + spoken(message.text));
    }

    StoryFailure failure(const Value& step, std::size_t number, const std::string& wrong)
    {
        const auto skipped = so_far_.size() - std::min(so_far_.size(), shown_lines_max);
        return {story_.root.file(),
                step.line,
                "\"" + story_.name + "\", step " + std::to_string(number) + ": " + wrong,
                {so_far_.begin() + static_cast<std::ptrdiff_t>(skipped), so_far_.end()}};
    }

    const Story& story_;
    World world_;
    std::string whom_;
    std::vector<std::string> so_far_;
};

} // namespace

std::optional<StoryFailure> play(const Story& story, const config::Loaded& loaded)
{
    return Playing(story, loaded).run();
}

std::string to_text(const StoryFailure& failure)
{
    std::string text = failure.file + ":" + std::to_string(failure.line) + ": " + failure.what + "\n";
    for (const auto& line : failure.so_far) text += "      " + line + "\n";
    return text;
}

} // namespace tsunagi::ops
