// The staff of a history: what they do in the console, and how often they press again.
#include "tests/simulation/one_history.h"

namespace tsunagi::simulation {
namespace {

using store::Space;

constexpr int command_tries_max = 12;

}  // namespace

// ---------------------------------------------------------------------------- staff

void History::command_something()
{
    const auto& rows = disk_.rows.rows(Space::conversation);
    if (rows.empty()) return;
    auto row = rows.begin();
    std::advance(row, static_cast<std::ptrdiff_t>(actors_.below(rows.size())));
    const auto conversation = store::decode<bot::Conversation>(row->second.bytes).value();
    desk::Command command{mirai, conversation.id, staff_[actors_.below(staff_.size())],
                          make_ulid(agenda_.now(), actors_.bits()), desk::Claim{}};
    CommandRecord record{.key = command.idempotency_key};
    if (conversation.holder.is_counselor() && actors_.below(4) != 0) command.by = conversation.holder.counselor;
    const auto dice = actors_.below(100);
    const bool held = conversation.holder.is_counselor();
    if (!held && dice < 80) command.action = desk::Claim{};
    else if (dice < 45) {
        record.marker = "聞いています " + new_marker();
        command.action = desk::SendText{record.marker};
    } else if (dice < 55) {
        record.marker = "メモ " + new_marker();
        command.action = desk::AddNote{record.marker};
    } else if (dice < 70) {
        std::optional<CounselorId> to;
        if (actors_.below(2) == 0) to = staff_[actors_.below(staff_.size())];
        command.action = desk::Transfer{to, "交代"};
    } else if (dice < 80) command.action = desk::ReturnToBot{handoff::all_seen};
    else if (dice < 90) command.action = desk::Close{"listened", actors_.below(2) == 0, handoff::all_seen};
    else command.action = desk::Claim{};
    commands_.push_back(record);
    const auto index = commands_.size() - 1;
    note("command " + std::to_string(command.action.index()));
    ask(index, std::move(command), 0);
}

void History::ask_again(std::size_t index, const desk::Command& command, int tries)
{
    if (tries >= command_tries_max) return;
    agenda_.in(Milliseconds{1'500} * (tries + 1), [this, index, command, tries] { ask(index, command, tries + 1); });
}

void History::ask(std::size_t index, desk::Command command, int tries)
{
    if (!open()) return ask_again(index, command, tries);
    const auto number = ++flights_;
    flying_[number] = [this, index, command, tries] { ask_again(index, command, tries); };
    using Answer = Result<desk::Commanded, desk::CommandFailure>;
    std::function<void(std::optional<Answer>)> answered = [this, number, index, command, tries](std::optional<Answer> answer) {
        flying_.erase(number);
        note("answered " + std::to_string(index) + (answer->ok() ? " ok" : " no"));
        if (answer->ok()) {
            commands_[index].answered_ok = true;
            if (strikes(Fault::command_answer_lost, 8)) ask_again(index, command, tries);
        } else if (answer->error().kind == desk::CommandFailure::Kind::unavailable) {
            ask_again(index, command, tries);
        } else {
            commands_[index].answered_refused = true;
        }
    };
    process_->run<std::optional<Answer>>(do_command(*process_->desks, std::move(command)), std::move(answered));
}

net::awaitable<std::optional<Result<desk::Commanded, desk::CommandFailure>>> History::do_command(desk::DeskService& desks,
                                                                                               desk::Command command)
{
    auto answer = co_await desks.command(std::move(command));
    co_return std::optional(std::move(answer));
}

}  // namespace tsunagi::simulation
