#include "server/api/sign_in_limits.h"

#include <algorithm>
#include <utility>

namespace tsunagi::api {

bool SignInLimits::Counts::has_room(const std::string& key, TimePoint now)
{
    const auto found = times.find(key);
    if (found == times.end()) return true;
    auto& of_key = found->second;
    while (!of_key.empty() && now - of_key.front() > window) of_key.pop_front();
    if (!of_key.empty()) return of_key.size() < at_most;
    times.erase(found);
    return true;
}

/// When there are too many keys, the one that was wrong longest ago goes: a flood of new ones clears nobody's count at once.
void SignInLimits::Counts::add(const std::string& key, TimePoint at)
{
    if (times.size() >= keys_max && !times.contains(key)) {
        const auto older = [](const auto& a, const auto& b) { return a.second.back() < b.second.back(); };
        times.erase(std::min_element(times.begin(), times.end(), older));
    }
    times[key].push_back(at);
}

void SignInLimits::Counts::remove(const std::string& key, TimePoint at)
{
    const auto found = times.find(key);
    if (found == times.end()) return;
    auto& of_key = found->second;
    const auto one = std::find(of_key.begin(), of_key.end(), at);
    if (one != of_key.end()) of_key.erase(one);
    if (of_key.empty()) times.erase(found);
}

void SignInLimits::State::take_back(const std::string& address, const std::string& login, TimePoint at)
{
    by_address.remove(address, at);
    by_login_here.remove(pair_of(address, login), at);
    by_login_elsewhere.remove(login, at);
}

SignInLimits::SignInLimits() : state_(std::make_shared<State>()) {}

Result<SignInLimits::Attempt, SignInLimits::Refusal> SignInLimits::begin(const std::string& address, const DeskId& desk,
                                                                         const std::string& login, TimePoint now)
{
    const std::string whole_login = desk.text + '\n' + login;
    const std::string pair = pair_of(address, whole_login);
    auto& state = *state_;
    const std::lock_guard lock(state.mutex);
    if (state.in_flight >= in_flight_max) return Refusal::busy;
    const bool is_known = state.known.contains(pair);
    if (!state.by_address.has_room(address, now) || !state.by_login_here.has_room(pair, now)) return Refusal::too_many_attempts;
    if (!is_known && !state.by_login_elsewhere.has_room(whole_login, now)) return Refusal::too_many_attempts;
    ++state.in_flight;
    state.by_address.add(address, now);
    state.by_login_here.add(pair, now);
    if (!is_known) state.by_login_elsewhere.add(whole_login, now);
    return Attempt(state_, address, whole_login, now);
}

SignInLimits::Attempt::Attempt(std::shared_ptr<State> state, std::string address, std::string login, TimePoint at)
    : state_(std::move(state)), address_(std::move(address)), login_(std::move(login)), at_(at)
{
}

SignInLimits::Attempt::Attempt(Attempt&& other) noexcept
    : state_(std::move(other.state_)), address_(std::move(other.address_)), login_(std::move(other.login_)), at_(other.at_)
{
}

SignInLimits::Attempt::~Attempt()
{
    if (!state_) return;
    const std::lock_guard lock(state_->mutex);
    --state_->in_flight;
}

void SignInLimits::Attempt::give_back()
{
    const std::lock_guard lock(state_->mutex);
    state_->take_back(address_, login_, at_);
}

void SignInLimits::Attempt::succeeded()
{
    const std::lock_guard lock(state_->mutex);
    state_->take_back(address_, login_, at_);
    auto& known = state_->known;
    if (known.size() >= keys_max) known.erase(known.begin());
    known.insert(pair_of(address_, login_));
}

}  // namespace tsunagi::api
