#include "server/ops/talk.h"

#include "bot/base/number.h"
#include "bot/base/text.h"
#include "server/ops/expectations.h"
#include "server/ops/report.h"
#include "server/ops/world.h"

#include <algorithm>

namespace tsunagi::ops {
namespace {

constexpr const char* who = "you";

TimePoint wall_clock() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

class Talk {
public:
    Talk(WorldStart start, std::ostream& out) : world_(std::move(start)), out_(out) {}

    void run(std::istream& in)
    {
        out_ << "(a number taps a button; /human asks for a human; /quit ends)\n";
        receive(bot::Followed{});
        std::string line;
        while (out_ << "> " << std::flush && std::getline(in, line)) {
            if (line.ends_with('\r')) line.pop_back();
            if (line == "/quit") return;
            if (!line.empty()) answer(to_valid_utf8(line));
        }
        out_ << '\n';
    }

private:
    void answer(const std::string& line)
    {
        if (line == "/human") {
            const auto& words = world_.playbook().human_words;
            if (words.empty())
                out_ << "(desk.yaml has no human_words)\n";
            else
                receive(bot::TextReceived{words.front(), ""});
        } else if (const auto button = numbered(line)) {
            receive(bot::PostbackReceived{button->data, {}});
        } else {
            receive(bot::TextReceived{line, ""});
        }
    }

    /// The button with this number under the last message; a number beyond them is an answer like any other.
    std::optional<bot::QuickReply> numbered(const std::string& line)
    {
        const auto& told = world_.person(who).all_told;
        const auto number = number_of<std::size_t>(line).value_or(0);
        if (told.empty() || number < 1 || number > told.back().quick_replies.size()) return std::nullopt;
        return told.back().quick_replies[number - 1];
    }

    void receive(bot::InboundContent content)
    {
        world_.wait(std::max(Milliseconds{0}, std::chrono::duration_cast<Milliseconds>(wall_clock() - world_.now())));
        const auto before = held_by(world_.person(who).conversation.holder);
        world_.receive(who, std::move(content));
        const auto& she = world_.person(who);
        for (const auto& message : she.told) show(message);
        if (she.told.empty()) out_ << "(nothing is said)\n";
        if (const auto now = held_by(she.conversation.holder); now != before) out_ << "(" << now << ")\n";
        if (!world_.trouble().empty()) out_ << "(no server could send this: " << world_.trouble() << ")\n";
    }

    void show(const bot::OutboundMessage& message)
    {
        out_ << message.text << '\n';
        for (std::size_t i = 0; i < message.quick_replies.size(); ++i)
            out_ << "  [" << i + 1 << "] " << message.quick_replies[i].label << '\n';
        out_ << '\n';
    }

    World world_;
    std::ostream& out_;
};

} // namespace

int talk(const std::filesystem::path& config_dir, const std::string& desk, std::istream& in, std::ostream& out)
{
    auto loaded = config::load(config_dir, config::Purpose::check);
    std::erase_if(loaded.problems, [](const config::Problem& problem) { return problem.warning; });
    print_problems(loaded.problems, out);
    const auto playbook = loaded.playbooks.find(DeskId{desk});
    const auto known = std::find_if(loaded.desks.begin(), loaded.desks.end(),
                                    [&](const config::DeskConfig& each) { return each.id.text == desk; });
    if (playbook == loaded.playbooks.end() || known == loaded.desks.end() ||
        !playbook->second->flows.count(playbook->second->entry)) {
        out << "there is no desk " << config::in_quotes(desk) << " to talk to in " << config_dir.string() << '\n';
        return 1;
    }
    WorldStart start;
    start.playbook = playbook->second;
    if (!known->line_channels.empty()) start.hours = known->line_channels.front().hours;
    start.now = wall_clock();
    start.staff.emplace_back().on_duty = true;
    Talk(std::move(start), out).run(in);
    return 0;
}

} // namespace tsunagi::ops
