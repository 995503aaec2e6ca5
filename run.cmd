@echo off
rem Sets up .venv the first time, then starts the program: run.cmd [arguments of readiness]
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
set "ROOT=%~dp0"
set "VENV=%~dp0.venv"
set "PYTHONPATH=%~dp0"
set "PYTHONUTF8=1"
if not defined READINESS_START set "READINESS_START=audit"

rem The environment keeps a copy of the lock it was made from.
set "READY="
set "BASE=%BASE_PYTHON%"
fc /b "%ROOT%requirements.lock" "%VENV%\requirements.lock" >nul 2>&1 && set "READY=1"
if not defined READY for %%p in ("py -3" "py -3.13" "py -3.12" "py -3.11" "python") do if not defined BASE %%~p -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "BASE=%%~p"
if not defined READY if not defined BASE (
  echo Không tìm thấy Python 3.11 trở lên. Hãy cài Python 3.11 rồi chạy lại lệnh này.
  echo No Python 3.11 or later was found. Install Python 3.11, then run this again.
  exit /b 1
)
if not defined READY (
  echo Đang chuẩn bị môi trường trong .venv, chỉ lần đầu, vài phút...
  echo Setting up in .venv, the first time only, a few minutes...
  %BASE% -m venv --clear "%VENV%" && "%VENV%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "%ROOT%requirements.lock" && copy /y /b "%ROOT%requirements.lock" "%VENV%\requirements.lock" >nul || (
    echo Chưa chuẩn bị được môi trường: xem lỗi ở trên, kiểm tra mạng và dung lượng đĩa rồi chạy lại.
    echo The set-up failed: see the error above, check network and disk space, then run again.
    exit /b 1
  )
)
"%VENV%\Scripts\python.exe" -m %READINESS_START% %*
exit /b %errorlevel%
