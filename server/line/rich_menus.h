#pragma once
#include "server/desk/desk_service.h"
#include "server/line/caller.h"
#include "server/line/rich_menu_plan.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace tsunagi::line {

/// What LINE did not do is tried again after this, then after twice as long, up to the longest.
constexpr std::chrono::minutes menu_retry_first{1};
constexpr std::chrono::minutes menu_retry_longest{60};
/// What stands at LINE is looked at at least this often: somebody may have deleted a menu by hand.
constexpr std::chrono::hours menu_look_interval{24};

/// Keeps the rich menus at LINE as config has them, and shows each person the one of her state and language.
///
/// Menus: what is missing is made, what is outdated among our own is deleted, and the menu for all follows the opening hours. Idempotent: a
/// start at which nothing has changed asks three questions.
/// People: who sees another menu than the one for all is linked to it, after the commit that calls for it. What she is shown stands in her
/// record (Conversation::rich_menu), so that a link that was lost, or a process that died before it, is mended at her next turn; a turn
/// that changes nothing costs a comparison. Thread-safe.
class RichMenus {
public:
    RichMenus(Caller& caller, desk::DeskService& desks) : caller_(caller), desks_(desks) {}

    /// Looks after the menus of a channel, for ever.
    net::awaitable<void> keep(DeskId desk, std::string channel);

    /// One look. True when everything stands as config has it; what was done stays done when not.
    net::awaitable<bool> install(DeskId desk, std::string channel);

    /// Whether LINE should show `conversation`, as it was committed, another menu than it does. Says yes once for one that is not being
    /// changed already: change it then.
    bool wants_change(const bot::Conversation& conversation);

    /// Makes LINE show what the conversation, as it now is, calls for.
    net::awaitable<void> change(DeskId desk, ConversationId id);

    /// What an operator should know of a channel's menus; empty: nothing.
    std::string remark(const DeskId& desk, const std::string& channel) const;

private:
    /// A menu at LINE that can be shown.
    struct Shown {
        std::string label;
        std::string id;
    };
    /// What is known of a channel. `menus` by key (`bot.ja`); nobody is linked before it has been looked at.
    struct Shelf {
        std::map<std::string, Shown> menus;
        std::string remark;
    };
    enum class Work { under_way, under_way_and_again };

    net::awaitable<std::optional<http::Response>> ask(Call call);
    net::awaitable<bool> done(Call call);
    net::awaitable<std::optional<StandingMenus>> read(std::string channel);
    net::awaitable<std::optional<std::string>> make(std::string channel, const WantedMenu& wanted, const MenuWork::Make& how);
    net::awaitable<bool> show_to_all(std::string channel, std::string id, std::string everyones);
    net::awaitable<void> clear_away(std::string channel, MenuWork work);
    net::awaitable<void> catch_up(DeskId desk, ConversationId id);
    net::awaitable<bool> link(bot::Conversation conversation, std::string menu_id);

    bool is_open(const config::DeskConfig& desk, const std::string& channel) const;
    TimePoint next_look(const DeskId& desk, const std::string& channel) const;
    std::optional<Shown> wanted(const bot::Conversation& conversation) const;
    bool ends(const ConversationId& id);
    void give_up(const ConversationId& id);
    void set_remark(const std::string& channel, std::string remark);

    Caller& caller_;
    desk::DeskService& desks_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Shelf> shelves_;  ///< by channel_key; there once it has been looked at
    std::unordered_map<std::string, std::string> remarks_;
    std::unordered_map<ConversationId, Work> changing_;
};

/// The menus, aliases and the menu for all, out of LINE's answers; nothing when one is no such answer. `everyones_body` is empty when there
/// is no menu for all. Pure.
std::optional<StandingMenus> standing_menus(const std::string& list_body, const std::string& aliases_body, const std::string& everyones_body);

}  // namespace tsunagi::line
